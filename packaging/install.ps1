# Installs Yizhan from this folder on Windows, without a network:
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-Prefix DIR] [-Python PROGRAM] [-Room DIR [-Now]]
# NOT TRIED ON WINDOWS: written and read through on Linux, where every wheel in this bundle was fetched for Windows and its
# hash checked. The README names what of the program itself still keeps it from running there.
# Each version gets a folder of its own below the prefix, and current.txt names the one in use. Running it again is harmless.
# Where another version is in use, -Room names the folder of the room that it serves: stopped, not during opening hours
# unless -Now; its data come through with the new program, or both stay as they were.
# This file begins with a byte order mark, without which Windows PowerShell 5.1 reads Chinese as the system's code page. No
# typographic quotation marks in it: PowerShell takes them for its own.
param(
    [string]$Prefix = (Join-Path $env:ProgramData 'Yizhan'),
    [string]$Python = 'python',
    [string]$Room = '',
    [switch]$Now
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2
$here = Split-Path -Parent $MyInvocation.MyCommand.Path

function Stop-With([string]$said) {
    Write-Host $said -ForegroundColor Red
    exit 1
}
# what nobody thought of: a disk that fails, a file that is held open
trap {
    Write-Host $_.Exception.Message
    Stop-With '没有做完，原因见上一行。再运行一次，会接着做。'
}

function About([string]$key) {
    $line = Get-Content -Encoding UTF8 -LiteralPath (Join-Path $here 'bundle.txt') | Where-Object { $_ -like "$key=*" } | Select-Object -First 1
    return $line.Substring($key.Length + 1)
}
$version = About 'version'
$wanted = About 'python'
$minor = $wanted.Substring(3)

if (-not (Get-Command $Python -ErrorAction SilentlyContinue)) {
    Stop-With "这台电脑没有 Python 3.${minor}（64 位）。请先装上；已经装了的，指明在哪里：-Python C:\路径\python.exe"
}
$tag = & $Python -c "import sys, struct; print('cp%d%d %d' % (*sys.version_info[:2], 8 * struct.calcsize('P')))"
if ($LASTEXITCODE -ne 0 -or $tag -ne "$wanted 64") {
    Stop-With "这个安装包要 64 位的 Python 3.${minor}，${Python} 不是。请装上这一版，或者指明在哪里：-Python C:\路径\python.exe"
}

Write-Host '正在核对文件'
foreach ($line in Get-Content -Encoding UTF8 -LiteralPath (Join-Path $here 'SHA256SUMS')) {
    $sum, $name = $line -split '  ', 2
    $file = Join-Path $here $name
    if (-not (Test-Path -LiteralPath $file)) { Stop-With "缺少文件 ${name}，什么都没有装。请从来处重新拷一份。" }
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash.ToLowerInvariant()
    if ($found -ne $sum) { Stop-With "文件 ${name} 损坏或者被改过，什么都没有装。请从来处重新拷一份。" }
}

$list = Join-Path $here 'requirements.txt'
$mark = (Get-FileHash -Algorithm SHA256 -LiteralPath $list).Hash.Substring(0, 8).ToLowerInvariant()
$own = "versions\$version-$mark"
$target = Join-Path $Prefix $own
$done = Join-Path $target 'installed.txt'
$current = Join-Path $Prefix 'current.txt'
$before = Join-Path $Prefix 'before.txt'

function Program([string]$folder) { Join-Path $Prefix "$folder\Scripts\yizhan.exe" }
function Named([string]$file) { if (Test-Path -LiteralPath $file) { (Get-Content -Encoding ASCII -LiteralPath $file | Select-Object -First 1) } else { '' } }
function Use([string]$folder) { Set-Content -Encoding ASCII -Path $current -Value $folder }
# 0.1.10 is newer than 0.1.9; letters behind the numbers don't count
function Number([string]$text) { [version]($text -replace '[^0-9.].*$', '') }

$used = Named $current
$stands = $used -replace '^versions\\', '' -replace '-[0-9a-f]{8}$', ''
if ($stands -and $stands -ne $version) {
    if ((Number $stands) -gt (Number $version)) {
        Stop-With "正在用的 ${stands} 比这个安装包 ${version} 新，没有安装：旧程序不认识新程序写的数据。"
    }
    if (-not $Room) { Stop-With "这里正在用 ${stands}。请指明它的警务室文件夹，数据才能跟着升级：-Room 文件夹" }
}
if ($Room -and -not (Test-Path -LiteralPath (Join-Path $Room 'node.toml'))) {
    Stop-With "$Room 里没有警务室（没有 node.toml），没有安装。"
}

if (Test-Path -LiteralPath $done) {
    Write-Host "$version 已经装好了，在 $target"
} else {
    Write-Host "正在安装 ${version}，到 $target"
    $unwritten = '没有装完，原因见上面几行；原来用的没有动。磁盘满了的，腾出 500 MB 再运行一次。'
    if (Test-Path -LiteralPath $target) { Remove-Item -Recurse -Force -LiteralPath $target }
    New-Item -ItemType Directory -Force -Path (Split-Path -Parent $target) | Out-Null
    & $Python -m venv --without-pip $target
    if ($LASTEXITCODE -ne 0) { Stop-With $unwritten }
    $env:PYTHONPATH = (Get-ChildItem (Join-Path $here 'wheels\pip-*.whl')).FullName
    & (Join-Path $target 'Scripts\python.exe') -m pip --isolated --disable-pip-version-check --quiet install --no-index `
        --require-hashes --only-binary ':all:' --find-links (Join-Path $here 'wheels') --requirement $list
    $failed = $LASTEXITCODE -ne 0
    Remove-Item Env:PYTHONPATH
    if ($failed) { Stop-With $unwritten }
    & (Program $own) --help | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-With '新版本启动不了，原因见上面几行；原来用的没有动。' }
    Copy-Item -LiteralPath $list -Destination $done
}

if ($Room) {
    if ($used -and $used -ne $own) {
        $when = if ($Now) { @('--now') } else { @() }
        & (Program $used) upgrade prepare --home $Room @when
        if ($LASTEXITCODE -ne 0) { Stop-With "原因见上面几行。没有换成 ${version}，用的还是原来的 ${stands}。" }
        Set-Content -Encoding ASCII -Path $before -Value $used
    }
    # from here on a start goes on with it by itself, should the power fail
    Use $own
    $earlier = Named $before
    if ($earlier) {
        & (Program $own) upgrade finish --home $Room
        if ($LASTEXITCODE -ne 0) {
            Use $earlier
            Remove-Item -LiteralPath $before
            Stop-With '升级没有成功，已换回原来的程序；警务室的数据和原来一样。'
        }
        Remove-Item -LiteralPath $before
    }
    Write-Host "装好了。启动：$(Program $own) serve --home $Room"
} else {
    Use $own
    Write-Host '装好了。下一步：'
    Write-Host "  $(Program $own) setup --home 文件夹                  首次设置的设置码和网址"
    Write-Host "  $(Program $own) serve --home 文件夹 --first-start    打开首次设置的网页，设好以后运行警务室"
}

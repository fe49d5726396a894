# Installs Yizhan from this folder on Windows, without a network:
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-Prefix DIR] [-Python PROGRAM]
# NOT TRIED ON WINDOWS: written and read through on Linux, where every wheel in this bundle was fetched for Windows and its
# hash checked. The README names what of the program itself still keeps it from running there.
# Each version gets a folder of its own below the prefix, and current.txt names the one in use. Running it again is harmless.
param(
    [string]$Prefix = (Join-Path $env:ProgramData 'Yizhan'),
    [string]$Python = 'python'
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2
$here = Split-Path -Parent $MyInvocation.MyCommand.Path

function About([string]$key) {
    $line = Get-Content -Encoding UTF8 (Join-Path $here 'bundle.txt') | Where-Object { $_ -like "$key=*" } | Select-Object -First 1
    return $line.Substring($key.Length + 1)
}
$version = About 'version'
$wanted = About 'python'

$tag = & $Python -c "import sys, struct; print('cp%d%d %d' % (*sys.version_info[:2], 8 * struct.calcsize('P')))"
if ($LASTEXITCODE -ne 0 -or $tag -ne "$wanted 64") {
    throw "This bundle is for 64-bit Python $wanted, and $Python says $tag. Install that Python, or name it: -Python C:\path\python.exe"
}

Write-Host 'Checking the files'
foreach ($line in Get-Content -Encoding UTF8 (Join-Path $here 'SHA256SUMS')) {
    $sum, $name = $line -split '  ', 2
    $file = Join-Path $here $name
    if (-not (Test-Path -LiteralPath $file)) { throw "$name is missing. Nothing was installed; copy the bundle anew." }
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash.ToLowerInvariant()
    if ($found -ne $sum) { throw "$name is damaged or was changed. Nothing was installed; copy the bundle anew." }
}

$list = Join-Path $here 'requirements.txt'
$mark = (Get-FileHash -Algorithm SHA256 -LiteralPath $list).Hash.Substring(0, 8).ToLowerInvariant()
$target = Join-Path $Prefix "versions\$version-$mark"
$done = Join-Path $target 'installed.txt'
if (-not (Test-Path -LiteralPath $done)) {
    Write-Host "Installing Yizhan $version into $target"
    if (Test-Path -LiteralPath $target) { Remove-Item -Recurse -Force -LiteralPath $target }
    New-Item -ItemType Directory -Force -Path (Split-Path -Parent $target) | Out-Null
    & $Python -m venv --without-pip $target
    if ($LASTEXITCODE -ne 0) { throw 'No environment could be made; see the lines above.' }
    $own = Join-Path $target 'Scripts\python.exe'
    $env:PYTHONPATH = (Get-ChildItem (Join-Path $here 'wheels\pip-*.whl')).FullName
    & $own -m pip --isolated --disable-pip-version-check --quiet install --no-index --require-hashes `
        --only-binary ':all:' --find-links (Join-Path $here 'wheels') --requirement $list
    $failed = $LASTEXITCODE -ne 0
    Remove-Item Env:PYTHONPATH
    if ($failed) { throw 'The installation stopped; see the lines above. What was in use before still is.' }
    & (Join-Path $target 'Scripts\yizhan.exe') --help | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'The new version does not start. What was in use before still is.' }
    Copy-Item -LiteralPath $list -Destination $done
}
Set-Content -Encoding ASCII -Path (Join-Path $Prefix 'current.txt') -Value "versions\$version-$mark"
$yizhan = Join-Path $target 'Scripts\yizhan.exe'
Write-Host 'Done. Next:'
Write-Host "  $yizhan setup --home DIR                  the code and the address of the first start"
Write-Host "  $yizhan serve --home DIR --first-start    the pages of the first start, then the room"

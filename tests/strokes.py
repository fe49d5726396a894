"""Strokes of a made-up name as a hand writes them, in thousandths of the field."""

NAME = "王小文"
WRITTEN = {
    "王": "100,120 500,110 880,120 / 150,480 500,470 830,480 / 490,120 490,480 490,860 / 60,870 500,860 940,870",
    "小": "500,80 505,400 500,800 480,900 380,830 / 280,330 220,480 120,650 / 720,330 800,470 880,630",
    "文": "480,70 520,120 560,180 / 120,280 500,270 900,260 / 700,290 550,600 120,920 / 300,300 500,620 900,920",
}


def written(character):
    """The strokes of a character: lists of [x, y]."""
    return [
        [[int(one) for one in point.split(",")] for point in stroke.split()] for stroke in WRITTEN[character].split("/")
    ]

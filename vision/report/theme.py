"""Colours and sizes of the contact sheet, in one place. Sizes are pixels."""

INK, MUTED, LINE = "#1f2328", "#656d76", "#d0d7de"
PAGE, CARD, TILE = "#eef1f4", "#ffffff", "#e4e8ec"

# Ground and text of a pill, by verdict.
VERDICT_COLORS = {
    "clear": ("#dafbe1", "#116329"),
    "review": ("#fff1b8", "#7d4e00"),
    "block": ("#ffdcd7", "#a40e26"),
    "unassessed": ("#eaeef2", "#57606a"),
}
SEVERITY_COLORS = {"severe": "#a40e26", "warn": "#8a5a00", "info": MUTED}

TITLE_SIZE, HEADING_SIZE, BODY_SIZE, SMALL_SIZE = 21, 17, 14, 13

CARD_WIDTH, CARD_PADDING, GAP = 600, 20, 10
COVER_SIDE = 264
TILES_PER_ROW, TILE_ROWS = 4, 2
CAPTION_HEIGHT = 20
# Taller than any card can grow: every text in it has a largest number of lines.
CARD_MAX_HEIGHT = 1400

PAGE_MARGIN, PAGE_GUTTER, PAGE_COLUMNS = 32, 24, 2
PAGE_MAX_HEIGHT = 3200

"""Drawn photos for the sample district: a scene, what is wrong with it, and after (演示图片)."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (960, 720)
WALL, FLOOR, DOOR = (214, 208, 196), (150, 146, 138), (92, 122, 104)
BOXES = ((176, 137, 89), (160, 120, 76), (190, 152, 104))
EXIT_GREEN, WARNING = (0, 128, 80), (200, 60, 40)


def scene(dice: Random, *, blocked: bool) -> bytes:
    """A corridor with an exit, as JPEG bytes; blocked by boxes, or cleared."""
    image = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    pen.polygon([(0, height), (width, height), (640, 430), (320, 430)], fill=FLOOR)
    pen.rectangle((380, 190, 580, 430), fill=DOOR, outline=(60, 80, 68), width=6)
    pen.rectangle((420, 140, 540, 176), fill=EXIT_GREEN)
    pen.line((552, 310, 566, 310), fill=(230, 230, 220), width=8)
    shade = dice.randint(0, 30)
    pen.rectangle((0, 0, width, 60), fill=(190 - shade, 186 - shade, 176 - shade))
    if blocked:
        _boxes(pen, dice)
    else:
        pen.rectangle((60, 330, 100, 430), fill=WARNING)  # the extinguisher is back in its place
        pen.ellipse((66, 310, 94, 338), fill=(30, 30, 30))
    kept = BytesIO()
    image.save(kept, "JPEG", quality=70)
    return kept.getvalue()


def _boxes(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    for _ in range(dice.randint(5, 9)):
        left, top = dice.randint(280, 600), dice.randint(330, 520)
        side = dice.randint(80, 150)
        box = (left, top, left + side, top + side * 3 // 4)
        pen.rectangle(box, fill=dice.choice(BOXES), outline=(110, 84, 50), width=4)
        pen.line((left, top + side // 4, left + side, top + side // 4), fill=(110, 84, 50), width=3)

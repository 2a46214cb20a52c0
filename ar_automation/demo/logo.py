"""The company's logo, drawn: three gusts of wind and the name."""

import base64
import io

from PIL import Image, ImageDraw, ImageFont

BLUE = (22, 78, 122)
LIGHT = (120, 170, 205)
SCALE = 3


def draw_logo() -> bytes:
    """Return a PNG in base64, as image fields take it."""
    image = Image.new("RGBA", (345 * SCALE, 120 * SCALE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    for top, left, right, colour in ((30, 22, 96, BLUE), (56, 8, 82, LIGHT), (82, 30, 104, BLUE)):
        box = [left * SCALE, top * SCALE, right * SCALE, (top + 11) * SCALE]
        pen.rounded_rectangle(box, radius=6 * SCALE, fill=colour)
    large, small = ImageFont.load_default(46 * SCALE), ImageFont.load_default(20 * SCALE)
    pen.text((124 * SCALE, 18 * SCALE), "Nordwind", font=large, fill=BLUE)
    pen.text((127 * SCALE, 74 * SCALE), "COMPONENTS", font=small, fill=LIGHT)
    content = io.BytesIO()
    image.save(content, "PNG")
    return base64.b64encode(content.getvalue())

"""The description of the interface: what the framework knows, and the routes that go past it."""

from __future__ import annotations

from typing import Any

from visiomatic.web.openapi_examples import ANSWERS, STYLE_VALUES

Schema = dict[str, Any]
PASSING = frozenset({"events"})  # resources of an image that may be others in a moment
# What the HTTP server says by itself, without a body.
TOO_LONG = {414: "The address is too long", 431: "The address or the headers are too long"}


def complete(schema: Schema, api: str) -> Schema:
    """*schema* with the picture routes of `api/v1` and the compatible route added."""
    paths = schema["paths"]
    image = f"{api}/v1/images/{{image_id}}"
    paths[f"{image}/tiles/{{z}}/{{x}}/{{y}}.{{format}}"] = _get(
        "A tile", [*TILE, _format("jpg", "png", "webp"), *STYLE, VERSION], PICTURES,
        "z = 0 is the coarsest level; x runs to the right, y down from FITS row NAXIS2.",
    )  # fmt: skip
    paths[f"{image}/view.{{format}}"] = _get(
        "Any window at any size", [_format("jpg", "png", "webp"), VIEW_BOX, SIZE, *STYLE, VERSION], PICTURES,
        "Shrinking takes the mean of all pixels, enlarging the nearest one. Drawn with FITS y upwards.",
    )  # fmt: skip
    paths[f"{image}/region.{{format}}"] = _get(
        "A region as a picture, or as a FITS cut-out with the stored numbers",
        [_format("jpg", "png", "webp", "fits"), REGION_BOX, SHRINK, *STYLE, VERSION],
        {**PICTURES, "application/fits": _BINARY},
        "For fits, repeat `channel` for several channels; all by default.",
    )
    paths[f"{image}/science/{{z}}/{{x}}/{{y}}.{{format}}"] = _get(
        "The numbers of a tile", [*TILE, _format("npy", "f32", "raw"), _query("channel", CHANNEL, example=1), VERSION],
        {"application/x-npy": _BINARY, "application/octet-stream": _BINARY},
        "Rows from the top, little-endian. At full resolution npy and raw are bit-exact to the file. X-Dtype and "
        "X-Shape describe raw bytes. Sent with zstd when accepted.",
    )  # fmt: skip
    for path, methods in paths.items():
        resource = path.removeprefix(f"{image}/")
        if "get" in methods and resource != path and resource not in PASSING:
            _describe_version(methods["get"])
    for route, answer in ANSWERS.items():
        for operation in paths[f"{api}/v1{route}"].values():
            operation["responses"]["200"]["content"]["application/json"]["example"] = answer
    paths[api] = _compatible()
    return schema


def _describe_version(operation: Schema) -> None:
    """Of answers that depend on the file alone."""
    operation["responses"]["304"] = {"description": "The client has it already (If-None-Match)"}
    parameters = operation["parameters"]
    if VERSION not in parameters:
        parameters.append(VERSION)


def _get(summary: str, parameters: list[Schema], content: Schema, description: str) -> Schema:
    responses: Schema = {"200": {"description": "The picture or the numbers", "content": content}}
    error = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}}
    for status, text in (
        ("404", "No such image, tile or channel"),
        ("413", "More than a limit of the server allows"),
        ("422", "A parameter that cannot be read"),
        ("503", "Not now: try again"),
    ):
        responses[status] = {"description": text, **error}
    responses |= {str(status): {"description": text} for status, text in TOO_LONG.items()}
    return {
        "get": {
            "tags": ["api/v1"],
            "summary": summary,
            "description": description,
            "parameters": [IMAGE_ID, *parameters],
            "responses": responses,
        }
    }


def _query(name: str, schema: Schema, description: str = "", *, example: Any = None, required: bool = False) -> Schema:
    parameter: Schema = {"name": name, "in": "query", "required": required, "schema": schema}
    if description:
        parameter["description"] = description
    if example is not None:
        parameter["example"] = example
    return parameter


def _path(name: str, schema: Schema, example: Any, description: str = "") -> Schema:
    parameter: Schema = {"name": name, "in": "path", "required": True, "schema": schema, "example": example}
    if description:
        parameter["description"] = description
    return parameter


def _format(*names: str) -> Schema:
    return _path("format", {"type": "string", "enum": list(names)}, names[0])


def _number(low: float, high: float, default: float) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high, "default": default}


def _matching(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _many(pattern: str) -> Schema:
    return {"type": "array", "items": {"type": "string", "pattern": pattern}}


_BINARY: Schema = {"schema": {"type": "string", "format": "binary"}}
PICTURES: Schema = dict.fromkeys(("image/jpeg", "image/png", "image/webp"), _BINARY)
_INDEX: Schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
CHANNEL: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31, "default": 1}
_REAL = r"-?[0-9]{1,6}(\.[0-9]{1,6})?"
_WHOLE = "-?[0-9]{1,6}"
_COLOR = "[0-9a-fA-F]{6}"
_RULE = rf"(zscale|minmax|default|compatible|[0-9]{{1,2}}(\.[0-9]{{1,3}})?%|[0-9]{{1,3}}sigma|{_REAL},{_REAL})"
IMAGE_ID = _path("image_id", {"type": "string", "minLength": 1}, "m31.fits", "Path of the image, as one segment")
TILE = [_path("z", _INDEX, 0), _path("x", _INDEX, 0), _path("y", _INDEX, 0)]
VERSION = _query("v", {"type": "string"}, "The version of the file; the answer may then be kept for ever")
VIEW_BOX = _query(
    "box", {"type": "string", "pattern": rf"^{_REAL}(,{_REAL}){{3}}$"}, "Edges x1,y1,x2,y2 in FITS pixels; default all",
    example="0.5,0.5,300.5,300.5",
)  # fmt: skip
REGION_BOX = _query(
    "box", {"type": "string", "pattern": r"^[0-9]{1,6}(,[0-9]{1,6}){3}$"}, "Inclusive pixels x1,y1,x2,y2; default all",
    example="1,1,100,100",
)  # fmt: skip
SIZE = _query("size", {"type": "string", "pattern": r"^[0-9]{1,4}(,[0-9]{1,4})?$"}, "width,height or longer side",
              example="256")  # fmt: skip
SHRINK = _query("shrink", {"type": "integer", "enum": [2**power for power in range(17)], "default": 1})
_STYLE = [
    _query("channel", CHANNEL, "Drawn alone, in grey or through the colour map", example=1),
    _query("color", _many(f"^[1-9][0-9]{{0,3}}:{_COLOR}$"), "channel:rrggbb, repeatable: draws in colour"),
    _query("saturation", _number(0, 10, 1), "Of these colours"),
    _query("mix", _many(rf"^[1-9][0-9]{{0,3}}:{_REAL},{_REAL},{_REAL}$"), "channel:r,g,b weights, instead of color"),
    _query("cuts", _many(f"^([1-9][0-9]{{0,3}}:)?{_RULE}$"),
           "For all channels or channel:… for one: zscale, minmax, default, compatible, 99.5%, 3sigma, low,high"),
    _query("stretch", {"type": "string", "enum": ["linear", "log", "power", "pow", "sqrt", "squared", "asinh", "sinh",
                                                  "histeq"]}, "By default what suits the image (asinh)"),
    _query("a", {"type": "number", "minimum": 1e-4, "maximum": 1e6}, "Parameter of the stretch, as in astropy"),
    _query("brightness", _number(-100, 100, 0), "Percent of the interval between the cuts, added before the stretch"),
    _query("contrast", _number(0, 1000, 1), "After the stretch, around bias, as in DS9"),
    _query("bias", _number(-100, 100, 0.5)),
    _query("gamma", _number(0.2, 5, 1), "Of the display: the exponent is 1/gamma"),
    _query("invert", {"type": "string", "enum": ["0", "1", "true", "false"], "default": "0"}),
    _query("colormap", {"type": "string", "default": "grey"}, "A name from /colormaps, perhaps with _r"),
    _query("nan", {"type": "string", "pattern": f"^(transparent|{_COLOR}([0-9a-fA-F]{{2}})?)$"}, "Colour of no value"),
    _query("lupton", {"type": "string", "pattern": r"^[0-9]{1,3},[1-9][0-9]{0,3}$"},
           "Q,stretch of Lupton et al. 2004 for colours, in units of the cuts, instead of stretch"),
    _query("quality", {"type": "integer", "minimum": 0, "maximum": 100, "default": 90}, "Of JPEG and WebP"),
]  # fmt: skip
STYLE: list[Schema] = [
    {**one, "schema": {**one["schema"], "examples": list(STYLE_VALUES[one["name"]])}} for one in _STYLE
]


def _compatible() -> Schema:
    text: Schema = {"type": "string"}
    words = (
        (
            "FIF",
            {"type": "string", "minLength": 1, "maxLength": 1024},
            "Path of the image; without it a page that names the server",
        ),
        ("obj", text, "Plain text of an IIP server (flag)"),
        ("INFO", text, "Description of the image as JSON (flag)"),
        ("CHAN", {"type": "array", "items": CHANNEL}, "Channel; without it in colour"),
        ("JTL", {"type": "string", "pattern": r"^[0-9]{1,6},[0-9]{1,15}$"}, "level,index of a tile; 0 is the coarsest"),
        ("PTL", {"type": "string", "pattern": r"^[0-9]{1,6},[0-9]{1,15}$"}, "The same tile as PNG"),
        ("WTL", {"type": "string", "pattern": r"^[0-9]{1,6},[0-9]{1,15}$"}, "The same tile as WebP"),
        ("RGN", _matching(rf"^{_WHOLE},{_WHOLE}:{_WHOLE},{_WHOLE}$"), "x0,y0:x1,y1 from the top left, half-open"),
        ("BIN", {"type": "integer", "minimum": 1, "maximum": 65_536}, "Shrinks a region by a power of two"),
        ("VAL", _matching(rf"^{_WHOLE},{_WHOLE}$"), "x,y of a pixel"),
        ("PFL", _matching(rf"^{_WHOLE},{_WHOLE}:{_WHOLE},{_WHOLE}$"), "x1,y1:x2,y2 of a line"),
        ("MINMAX", _many(rf"^[1-9][0-9]{{0,3}}:{_REAL},{_REAL}$"), "channel:low,high"),
        ("MIX", _many(rf"^[1-9][0-9]{{0,3}}:{_REAL},{_REAL},{_REAL}$"), "channel:r,g,b"),
        ("CMP", {"type": "string", "enum": ["grey", "jet", "cold", "cool", "hot"]}, "Colour map"),
        ("CNT", _number(0, 1000, 1), "Contrast"),
        ("BRT", _number(-100, 100, 0), "Brightness, percent of the cuts"),
        ("GAM", _number(0.2, 5, 2.2), "Gamma of the display"),
        ("INV", text, "Inverts (flag)"),
        ("QLT", {"type": "integer", "minimum": 0, "maximum": 100}, "JPEG quality"),
    )
    media = {
        "image/jpeg": _BINARY,
        "image/png": _BINARY,
        "image/webp": _BINARY,
        "application/json": {},
        "text/plain": {},
        "text/html": {},
    }
    responses: Schema = {"200": {"description": "A tile, a region, numbers or a description", "content": media}}
    for status, what in (
        ("404", "No such image or tile"),
        ("413", "Too large"),
        ("422", "Unreadable"),
        ("503", "Busy"),
    ):
        responses[status] = {"description": what, "content": {"application/json": {}}}
    responses |= {str(status): {"description": text} for status, text in TOO_LONG.items()}
    return {
        "get": {
            "tags": ["VisiOmatic 3 and IIP"],
            "summary": "The interface of VisiOmatic 3, for its clients and those of IIP servers",
            "parameters": [_query(name, schema, description) for name, schema, description in words],
            "responses": responses,
        }
    }

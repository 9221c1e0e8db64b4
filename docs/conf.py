"""How the manual is built: MyST pages, plus reference pages generated from the program itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from visiomatic import __version__

project = "VisiOmatic"
author = "The VisiOmatic developers"
version = release = __version__
extensions = ["myst_parser", "generated_pages", "live_examples", "screens"]
exclude_patterns = ["_build", "_ext", "examples"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["screens.css"]
html_title = "VisiOmatic"
html_show_sphinx = False
html_copy_source = False
nitpicky = True
language = "en"

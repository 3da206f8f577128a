"""How the documentation becomes a site: ``make docs``.

The source folder is the repository, so that links between README, handouts and docs lead to the
same pages in the site as in a checkout. Everything a page needs is written beside it: the site is
read without a network.
"""

project = "Lab grader"
author = "The lab grader's contributors"
copyright = "the lab grader's contributors, MIT licence"

root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**",
    "assignments/*/README.md",
    "assignments/*/ci/*.md",
    "benchmarks/README.md",
]
exclude_patterns = [".*", "**/.*", "build", "dist", "data", "results", "**/__pycache__"]

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 4  # links name headings as GitHub does
nitpicky = True
nitpick_ignore_regex = [
    # Types of other packages have no page here.
    ("py:.*", r"(os|pathlib|collections|datetime|enum|typing|pydantic|annotated_types)\..*"),
    ("py:class", r"grader\.model\.review\.Decision"),  # the page on reviews has a table of it
    ("py:class", r"grader\.intake\.wire\.ProgressLine"),  # whatever the run tells; no promise
    ("py:class", r"min_length=.*"),  # a condition of pydantic, taken for a type
    ("py:.*", r"(Path|Any|Literal|Mapping|Sequence|Callable|datetime|StrEnum|BaseModel)"),
]

autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "exclude-members": "model_config",
}

html_theme = "furo"
html_title = "Lab grader"
html_extra_path = ["site"]
html_copy_source = False
html_show_sphinx = False

"""Reports: templates of the catalogue, their figures computed, the document that comes of them."""

from .asking import answered
from .making import Made, made
from .printing import printed
from .templates import ReportTemplate, known_figures, template_named, templates

__all__ = [
    "Made",
    "ReportTemplate",
    "answered",
    "known_figures",
    "made",
    "printed",
    "template_named",
    "templates",
]

"""After a restart the first page comes as fast as the second."""

from collections.abc import Callable

import pytest
from django.template import Template, engines

from anlan.demo.district import District
from anlan.people.models import Person
from anlan.web import wsgi
from anlan.web.tests.chairs import Chair


@pytest.mark.parametrize("page", ["/", "/matters/", "/items/", "/people/", "/figures/"])
def test_no_template_is_left_to_be_compiled_for_the_first_who_asks(
    chair: Callable[[Person], Chair],
    district: District,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
) -> None:
    for loader in engines["django"].engine.template_loaders:  # type: ignore[attr-defined]
        loader.reset()
    wsgi.warm()
    compiled: list[str] = []
    usual = Template.compile_nodelist

    def noted(template: Template) -> object:
        compiled.append(template.name or "")
        return usual(template)

    monkeypatch.setattr(Template, "compile_nodelist", noted)
    chair(district.chen_section).reads(page)
    assert not [name for name in compiled if not name.startswith("django/forms/")]

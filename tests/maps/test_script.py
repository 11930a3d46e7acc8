import re

from borderops.maps.script import FOLDER, MODULES, digest, imports, joined

DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


#: Modules of other maps, which their pages ask for by themselves: plans of patrols and what they covered.
BY_THEMSELVES = {"drawing"}


def test_every_module_is_in_the_script() -> None:
    assert {*MODULES, *BY_THEMSELVES} == {path.stem for path in FOLDER.glob("*.js")}


def test_every_module_comes_after_those_it_imports() -> None:
    for place, name in enumerate(MODULES):
        assert set(imports(name)) <= set(MODULES[:place]), name


def test_nothing_parts_the_joined_modules() -> None:
    assert not re.search(r"^\s*(import|export)\b", joined(), re.MULTILINE)


def test_no_name_is_declared_twice() -> None:
    names = DECLARED.findall(joined())
    assert "start" in names
    assert len(names) == len(set(names))


def test_the_digest_is_of_the_text() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", digest())

"""Data, notebooks and source code: text that a passage of can be understood alone, and nothing that grows."""

import json
from pathlib import Path

import pytest
from text_files import Save, titles

from qa.readers import code, data, notebook, xml, yaml
from qa.readers.document import ReadLimits, UnreadableFile

LIMITS = ReadLimits()


# JSON


def test_a_list_of_records_is_a_line_each_with_its_names(save: Save) -> None:
    records = [
        {"name": "Ann", "address": {"city": "Graz", "zip": "8010"}, "tags": ["a", "b"], "left": None},
        {"name": "Bob", "address": {"city": "Wien"}, "active": True},
    ]
    assert data.read(save("a.json", json.dumps(records)), LIMITS).text == (
        "name: Ann | address.city: Graz | address.zip: 8010 | tags: a, b | left: null\n"
        "name: Bob | address.city: Wien | active: true"
    )


def test_fields_carry_their_path_and_stand_before_the_parts_that_have_headings(save: Save) -> None:
    value = '{"server": {"port": 8080, "tls": {"on": true}}, "version": 1.10, "users": [{"id": 1}, {"id": 2}]}'
    document = data.read(save("a.json", value), LIMITS)
    assert document.text == (
        "version: 1.10\n\nserver\n\nserver.port: 8080\nserver.tls.on: true\n\nusers\n\nid: 1\nid: 2"
    )
    assert titles(document) == [(1, "server"), (1, "users")]


def test_fields_that_are_records_are_rows_with_names(save: Save) -> None:
    value = {"ann": {"age": 3, "city": "Graz"}, "bob": {"age": 4}, "cy": {"age": 5}}
    assert data.read(save("a.json", json.dumps(value)), LIMITS).text == (
        "ann: age: 3 | city: Graz\nbob: age: 4\ncy: age: 5"
    )


def test_long_records_have_a_heading_that_says_which_they_are(save: Save) -> None:
    records = {"posts": [{"id": 7, "title": "Bread", "body": "Flour and water.\n\n" * 40}, {"title": "Salt"}]}
    document = data.read(save("a.json", json.dumps(records)), LIMITS)
    assert titles(document) == [(1, "posts"), (2, "title: Bread"), (2, "title: Salt")]
    assert "id: 7\n\nbody: Flour and water.\n\nFlour" in document.text


def test_markup_and_coded_files_in_fields_are_not_shown_as_such(save: Save) -> None:
    value = {"html": "<p>Hello <b>you</b></p>", "picture": "data:image/png;base64," + "iVBORw0K" * 200}
    assert data.read(save("a.json", json.dumps(value)), LIMITS).text == (
        "html: Hello you\npicture: [1,622 characters of coded data]"
    )


def test_lines_of_json_are_records_and_a_broken_one_is_named(save: Save) -> None:
    document = data.read(save("a.jsonl", '{"q": "Who?"}\n\n{"q": "What?"}\n{broken\n'), LIMITS)
    assert document.text == "q: Who?\nq: What?\n\n{broken"
    assert "line 4" in document.warnings[0]


def test_what_is_not_json_is_read_as_text_and_said_to_be(save: Save) -> None:
    document = data.read(save("a.json", '{"a": 1, // comment\n}'), LIMITS)
    assert document.text == '{"a": 1, // comment\n}'
    assert "not valid JSON (line 1" in document.warnings[0]


@pytest.mark.parametrize("depth", [150, 100_000])
@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
def test_json_nested_beyond_measure_is_refused(save: Save, depth: int, open_: str, close: str) -> None:
    with pytest.raises(UnreadableFile, match="more than 100 deep"):
        data.read(save("a.json", open_ * depth + "1" + close * depth), LIMITS)


def test_names_repeated_on_every_line_do_not_grow_beyond_the_limit(save: Save) -> None:
    value = {"n" * 100: {"m" * 100: {str(n): 1 for n in range(1000)}}}
    with pytest.raises(UnreadableFile, match="QA_TEXT_CHARACTERS"):
        data.read(save("a.json", json.dumps(value)), ReadLimits(text_characters=50_000))


def test_a_long_list_is_read_in_the_time_that_it_takes(save: Save) -> None:
    records = [{"id": n, "name": f"Item {n}"} for n in range(20_000)]
    assert data.read(save("a.json", json.dumps(records)), LIMITS).text.count("\n") == 19_999


# XML


def test_xml_data_is_read_as_fields_and_records(save: Save) -> None:
    source = (
        '<?xml version="1.0" encoding="iso-8859-1"?><o:list xmlns:o="urn:x" year="2026">'
        '<person id="1"><name>Jürgen</name><city>Graz</city></person>'
        '<person id="2"><name>Bo</name></person></o:list>'
    )
    document = xml.read(save("a.xml", source.encode("latin-1")), LIMITS)
    assert document.text == "year: 2026\n\nperson\n\nid: 1 | name: Jürgen | city: Graz\nid: 2 | name: Bo"


def test_xml_prose_keeps_its_headings_lists_and_paragraphs(save: Save) -> None:
    source = (
        "<book xmlns='urn:d'><title>Bread</title><chapter><title>Flour</title><para>Some <b>rye</b> flour.</para>"
        "<list><listitem><para>one <b>cup</b></para></listitem></list></chapter></book>"
    )
    document = xml.read(save("a.xml", source), LIMITS)
    assert document.text == "Bread\n\nFlour\n\nSome rye flour.\n\n- one cup"
    assert titles(document) == [(1, "Bread"), (2, "Flour")]


def test_names_and_dates_in_prose_stand_on_a_line(save: Save) -> None:
    source = (
        "<article><front><article-title>On Bread</article-title>"
        "<name><first>Ann</first><last>Ex</last></name></front>"
        "<body><sec><title>Rye</title><p>It is <i>dark</i> and <b>heavy</b>.</p>"
        "<p>Second.</p></sec></body></article>"
    )
    document = xml.read(save("a.xml", source), LIMITS)
    assert document.text == "On Bread\n\nAnn Ex\n\nRye\n\nIt is dark and heavy.\n\nSecond."
    assert titles(document) == [(1, "On Bread"), (2, "Rye")]


def test_entities_of_the_file_are_read_and_those_outside_are_not_fetched(save: Save, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")
    inside = xml.read(save("a.xml", '<!DOCTYPE r [<!ENTITY firm "ACME">]><r><a>&firm; Ltd</a></r>'), LIMITS)
    assert inside.text == "a: ACME Ltd"
    uri = (tmp_path / "secret").as_uri()
    outside = xml.read(save("b.xml", f'<!DOCTYPE r [<!ENTITY e SYSTEM "{uri}">]><r><a>1 &e;</a></r>'), LIMITS)
    assert "secret" not in outside.text
    assert outside.warnings[0] == "It refers to another file, which was not opened."


def test_xml_whose_text_stands_elsewhere_says_so(save: Save) -> None:
    with pytest.raises(UnreadableFile, match="refers to another file, which is never opened"):
        xml.read(save("a.xml", '<!DOCTYPE r SYSTEM "file:///elsewhere.dtd"><r></r>'), LIMITS)


def test_entities_that_grow_are_refused(save: Save) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    source = f'<!DOCTYPE r [<!ENTITY e0 "lol">{entities}]><r>&e12;</r>'
    with pytest.raises(UnreadableFile, match="grow beyond measure"):
        xml.read(save("a.xml", source), LIMITS)


def test_xml_nested_beyond_measure_is_refused(save: Save) -> None:
    with pytest.raises(UnreadableFile, match="more than 100 deep"):
        xml.read(save("a.xml", "<a>" * 5000 + "x" + "</a>" * 5000), LIMITS)


def test_damaged_xml_gives_what_precedes_the_damage(save: Save) -> None:
    document = xml.read(save("a.xml", "<r><a>one</a><b>two"), LIMITS)
    assert document.text == "a: one\nb: two"
    assert "not valid XML (line 1" in document.warnings[0]


def test_text_longer_than_the_parser_takes_at_once_is_read(save: Save) -> None:
    document = xml.read(save("a.xml", f"<r><a>{'word ' * 2_200_000}</a></r>"), LIMITS)
    assert len(document.text) > 10_000_000


# YAML


def test_yaml_stays_as_it_is_with_its_keys_as_headings(save: Save) -> None:
    source = (
        "# Of the shop\nname: shop\nspec:\n  template: &base\n    # two of them\n    replicas: 2\n  run: |\n"
        "    not:\n      a key\n  'quoted key':\n    a: 1\n---\nother:\n- a: 1\n"
    )
    document = yaml.read(save("a.yaml", source), LIMITS)
    assert document.text == source
    assert titles(document) == [(1, "spec"), (2, "template"), (2, "quoted key"), (1, "other")]


def test_aliases_that_would_grow_stay_as_they_are(save: Save) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert yaml.read(save("a.yaml", "\n".join(lines)), LIMITS).text == "\n".join(lines)


def test_a_tag_that_would_make_an_object_does_nothing(save: Save) -> None:
    source = "run: !!python/object/apply:os.system ['touch x']\n"
    assert yaml.read(save("a.yaml", source), LIMITS).text == source


# Notebooks


def cell(kind: str, source: str, outputs: list[dict[str, object]] | None = None) -> dict[str, object]:
    return {"cell_type": kind, "source": source.splitlines(keepends=True), "outputs": outputs or []}


def test_a_notebook_gives_prose_code_and_results(save: Save) -> None:
    outputs = [
        {"output_type": "stream", "text": ["done\n"]},
        {
            "output_type": "display_data",
            "data": {"image/png": "iVBORw0K" * 1000, "text/plain": "<Figure size 1x1>"},
        },
        {"output_type": "execute_result", "data": {"text/plain": ["  loaf  euro\n", "0 rye   3.5"]}},
        {"output_type": "error", "ename": "KeyError", "evalue": "'oat'", "traceback": ["\x1b[31m"]},
    ]
    cells = [cell("markdown", "# Prices\n\n## Bread"), cell("code", "print('done')\n# a comment", outputs)]
    document = notebook.read(save("a.ipynb", json.dumps({"cells": cells, "nbformat": 4})), LIMITS)
    assert document.text == (
        "# Prices\n\n## Bread\n\nprint('done')\n# a comment\n\n"
        "Output:\ndone\n  loaf  euro\n0 rye   3.5\nKeyError: 'oat'"
    )
    assert titles(document) == [(1, "Prices"), (2, "Bread")]


def test_long_results_of_a_notebook_are_shortened_and_it_is_said(save: Save) -> None:
    cells = [cell("code", "x", [{"output_type": "stream", "text": "line\n" * 5000}])]
    document = notebook.read(save("a.ipynb", json.dumps({"cells": cells})), LIMITS)
    assert len(document.text) < 2100
    assert "shortened" in document.warnings[0]


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 1}', "[" * 50_000])
def test_what_is_no_notebook_is_refused(save: Save, content: str) -> None:
    with pytest.raises(UnreadableFile, match=r"is damaged|is not a notebook"):
        notebook.read(save("a.ipynb", content), LIMITS)


# Source code

SOURCES = {
    "a.py": (
        "import os\n\n@cached\nclass Oven:\n    async def heat(self):\n        pass\n\ndef bake(\n    x,\n):\n"
        '    text = """\ndef no():\n"""\n    return class_\n',
        [(1, "Oven"), (2, "heat"), (1, "bake")],
    ),
    "a.js": (
        "export default class Oven {\n  #hot = 1\n  async heat(to) {\n    if (to) {\n      return call(to)\n"
        "    }\n  }\n}\n"
        "const bake = async (x) => {\n}\nexport function* rise() {}\nfoo(function () {\n})\n",
        [(1, "Oven"), (2, "heat"), (1, "bake"), (1, "rise")],
    ),
    "a.ts": (
        "export interface Loaf {\n  weight: number\n}\nexport const knead = (d: Dough): void => {\n}\n"
        "type A = string\n"
        "enum Kind { Rye }\n",
        [(1, "Loaf"), (1, "knead"), (1, "A"), (1, "Kind")],
    ),
    "A.java": (
        "package a;\n\npublic final class Oven<T> extends Box {\n    @Override\n"
        "    public void heat(int to) {\n"
        "        if (to > 3) {\n            foo(to);\n        } else if (x()) {\n        }\n"
        "        return bar(to);\n"
        "    }\n    private static Map<String, Integer> all() {\n    }\n}\ninterface Hot {\n}\n",
        [(1, "Oven"), (2, "heat"), (2, "all"), (1, "Hot")],
    ),
    "a.c": (
        "#include <stdio.h>\nstruct oven {\n    int hot;\n};\nstatic int heat(struct oven *o,\n"
        "                int to)\n{\n"
        '    return bake(o);\n}\nint main(void) {\n    for (;;) {\n    }\n    printf("%d", 1);\n}\n'
        "int proto(int);\n",
        [(1, "oven"), (1, "heat"), (1, "main")],
    ),
    "a.cpp": (
        "namespace shop {\ntemplate <typename T>\nclass Oven : public Box {\n public:\n  void heat(int to) {\n"
        "    std::vector<int> x(3);\n  }\n};\n}\nint shop::Oven::size() const {\n  return 1;\n}\n",
        [(1, "shop"), (1, "Oven"), (2, "heat"), (1, "shop::Oven::size")],
    ),
    "a.go": (
        "package a\n\ntype Oven struct {\n\thot int\n}\n\nfunc (o *Oven) Heat(to int) error {\n"
        "\tgo func() {}()\n}\n"
        "func main() {\n}\n",
        [(1, "Oven"), (1, "Heat"), (1, "main")],
    ),
    "a.rs": (
        "pub struct Oven {\n    hot: u8,\n}\n\nimpl<T> Oven<T> {\n    pub(crate) async fn heat(&self) {\n"
        "    }\n}\n"
        "impl Display for Oven {\n}\nmod tests {\n}\n",
        [(1, "Oven"), (1, "Oven<T>"), (2, "heat"), (1, "Display for Oven"), (1, "tests")],
    ),
    "a.rb": (
        "module Shop\n  class Oven < Box\n    def heat?(to)\n    end\n  end\nend\n",
        [(1, "Shop"), (2, "Oven"), (3, "heat?")],
    ),
    "a.kt": (
        "data class Loaf(val x: Int)\n\nfun <T> bake(x: T): Int = 1\n\nobject Shop {\n"
        "    private fun open() {\n    }\n}\n",
        [(1, "Loaf"), (1, "bake"), (1, "Shop"), (2, "open")],
    ),
    "a.cs": (
        "namespace Shop\n{\n    public class Oven\n    {\n        public async Task<int> Heat(int to)\n"
        "        {\n"
        "            await Foo(to);\n            throw new Bar(to);\n        }\n"
        "        public int Size { get; set; }\n    }\n}\n",
        [(1, "Shop"), (2, "Oven"), (3, "Heat")],
    ),
    "a.sh": ("#!/bin/sh\nheat() {\n  if true; then bake; fi\n}\nfunction cool {\n}\n", [(1, "heat"), (1, "cool")]),
    "a.php": (
        "<?php\nclass Oven {\n    public function heat($to) {\n        if ($to) {\n        }\n    }\n}\n",
        [(1, "Oven"), (2, "heat")],
    ),
    "a.sql": (
        "CREATE TABLE IF NOT EXISTS loaf (\n  id int\n);\ncreate or replace view v as select 1;\n",
        [(1, "loaf"), (1, "v")],
    ),
    "a.swift": ("struct Loaf {\n    func bake(_ x: Int) -> Int {\n    }\n}\n", [(1, "Loaf"), (2, "bake")]),
    "a.lua": ("local function heat(to)\nend\nfunction Oven:cool()\nend\n", [(1, "heat"), (1, "Oven:cool")]),
    "a.r": ("heat <- function(to) {\n}\n", [(1, "heat")]),
    "a.ex": ("defmodule Shop.Oven do\n  def heat(to) do\n  end\nend\n", [(1, "Shop.Oven"), (2, "heat")]),
    "a.pl": ("package Oven;\nsub heat {\n}\n", [(1, "Oven"), (1, "heat")]),
    "a.proto": ("message Loaf {\n  string a = 1;\n}\nservice Shop {\n}\n", [(1, "Loaf"), (1, "Shop")]),
    "a.tf": ('resource "aws" "x" {\n  a = 1\n}\n', [(1, '"aws" "x"')]),
    "a.jl": ("function heat(x)\nend\n", [(1, "heat")]),
    "a.toml": ("x = 1\n[tool.ruff]\na = [1]\n[[package]]\n", [(1, "tool.ruff"), (1, "package")]),
    "a.tex": ("\\section{Bread}\ntext\n\\subsection*{Rye}\n", [(3, "Bread"), (4, "Rye")]),
}


@pytest.mark.parametrize("name", SOURCES)
def test_definitions_are_the_headings_of_source_code(save: Save, name: str) -> None:
    source, expected = SOURCES[name]
    document = code.read(save(name, source), LIMITS)
    assert document.text == source
    assert titles(document) == expected


@pytest.mark.parametrize("suffix", [".py", ".js", ".java", ".c", ".rs", ".go", ".sql", ".kt", ".sh"])
@pytest.mark.parametrize(
    "line", ["(" * 200_000, "public " * 50_000, "int " * 50_000, "a" * 300_000, "<" * 100_000]
)
def test_a_monstrous_line_takes_no_time(save: Save, suffix: str, line: str) -> None:
    assert code.read(save("a" + suffix, line), LIMITS).text == line

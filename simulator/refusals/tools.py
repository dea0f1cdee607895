"""What may stand in `tools`, `tool_choice` and `response_format`."""

from __future__ import annotations

import re
from typing import Any

from simulator.refusals import expect
from simulator.refusals.expect import Refused

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_TOOLS = 128


def check_tools(tools: Any, param: str) -> None:
    """Expect descriptions of functions."""
    expect.items(tools, param, "an array of objects", most=_MOST_TOOLS)
    for number, tool in enumerate(tools):
        where = f"{param}[{number}]"
        expect.mapping(tool, where)
        if tool.get("type") is None:
            expect.missing(f"{where}.type")
        expect.one_of(tool["type"], f"{where}.type", ("function",))
        _check_function(tool.get("function"), f"{where}.function")


def _check_function(function: Any, where: str) -> None:
    if function is None:
        expect.missing(where)
    expect.mapping(function, where)
    _check_name(function.get("name"), f"{where}.name")
    _check_more(function, where)
    parameters = function.get("parameters")
    if parameters is None:
        return
    expect.mapping(parameters, f"{where}.parameters")
    required, properties = parameters.get("required"), parameters.get("properties")
    named = required is None or (isinstance(required, list) and all(isinstance(name, str) for name in required))
    if not named or not (properties is None or isinstance(properties, dict)):
        message = (
            f"Invalid schema for function '{function['name']}': 'required' lists names, 'properties' is an object."
        )
        raise Refused("invalid_function_parameters", message, f"{where}.parameters")


def _check_name(name: Any, where: str) -> None:
    if name is None:
        expect.missing(where)
    expect.text(name, where)
    if not _NAME.fullmatch(name):
        message = (
            f"Invalid '{where}': string does not match pattern. "
            f"Expected a string that matches the pattern '^[a-zA-Z0-9_-]{{1,64}}$', but got {expect.quoted(name)}."
        )
        raise Refused("invalid_value", message, where)


def _check_more(described: Any, where: str) -> None:
    if described.get("description") is not None:
        expect.text(described["description"], f"{where}.description")
    if described.get("strict") is not None:
        expect.flag(described["strict"], f"{where}.strict")


def check_tool_choice(choice: Any, param: str) -> None:
    """Expect "none", "auto", "required", or the name of a function."""
    if isinstance(choice, str):
        expect.one_of(choice, param, ("none", "auto", "required"))
        return
    if not isinstance(choice, dict):
        expect.refuse_type(choice, param, "one of a string or an object")
    expect.one_of(choice.get("type"), f"{param}.type", ("function",))
    expect.mapping(choice.get("function"), f"{param}.function")
    _check_name(choice["function"].get("name"), f"{param}.function.name")


def check_chosen(choice: Any, tools: list[Any]) -> None:
    """Refuse the choice of a function that is not among the tools."""
    if isinstance(choice, dict):
        name = choice["function"]["name"]
        if all(tool["function"]["name"] != name for tool in tools):
            message = (
                f"Invalid value for 'tool_choice': no function named '{name}' was specified in the 'tools' parameter."
            )
            raise Refused("invalid_value", message, "tool_choice")


def check_response_format(form: Any, param: str) -> None:
    """Expect text, JSON, or JSON after a schema."""
    expect.mapping(form, param)
    if form.get("type") is None:
        expect.missing(f"{param}.type")
    expect.one_of(form["type"], f"{param}.type", ("text", "json_object", "json_schema"))
    if form["type"] == "json_schema":
        where, schema = f"{param}.json_schema", form.get("json_schema")
        if schema is None:
            expect.missing(where)
        expect.mapping(schema, where)
        _check_name(schema.get("name"), f"{where}.name")
        _check_more(schema, where)
        if schema.get("schema") is not None:
            expect.mapping(schema["schema"], f"{where}.schema")

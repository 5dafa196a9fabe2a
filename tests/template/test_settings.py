"""Parameters, environment, outputs and layers, read off the template."""

from __future__ import annotations

import json
import re
from typing import Any

from local.processes import ROOT
from tests.template.conftest import of_type

# What AWS makes of a queue's address, a secret's ARN, a table's name; the stack's own name.
LONGEST_GIVEN = {"URL": 117, "SECRET": 118, "TABLE": 61, "NAME": 40, "LEVEL": 7}
LAMBDA_LIMIT = 4096
WITHOUT_DEFAULT = {"SellercloudEndpoint"}
NOT_FOR_FUNCTIONS = {
    "FetchSchedule", "ReconcileSchedule", "SchedulesEnabled", "AlarmEmail", "FetchAlarmMinutes",
    "ReconcileAlarmMinutes", "LogRetentionDays", "LogLevel", "Arch",
}  # fmt: skip


def test_every_parameter_says_what_it_is_for(template: dict[str, Any]) -> None:
    """A sentence each, and a place in the console's groups."""
    parameters = template["Parameters"]
    assert [name for name, p in parameters.items() if len(p.get("Description", "")) < 20] == []
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(parameters)


def test_only_the_endpoint_has_no_default(template: dict[str, Any]) -> None:
    """The README's deploy command names only those."""
    assert {name for name, p in template["Parameters"].items() if "Default" not in p} == WITHOUT_DEFAULT


def test_every_setting_reaches_the_functions_under_its_own_name(template: dict[str, Any]) -> None:
    """`SavedViewIds` is SAVED_VIEW_IDS, passed as given."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    for name in set(template["Parameters"]) - NOT_FOR_FUNCTIONS:
        assert variables[re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()] == {"Ref": name}


def test_environment_fits_into_lambdas_four_kilobytes(template: dict[str, Any]) -> None:
    """With every parameter at its longest, for a stack name of 40 characters in the region with a long name."""
    parameters = template["Parameters"]
    total = 0
    for name, value in template["Globals"]["Function"]["Environment"]["Variables"].items():
        if not isinstance(value, dict):
            length = len(str(value))
        elif value.get("Ref") in parameters:
            length = longest(parameters[value["Ref"]])
        else:
            length = LONGEST_GIVEN[name.rsplit("_", maxsplit=1)[-1]]
        total += len(name) + length
    assert total < LAMBDA_LIMIT


def longest(parameter: dict[str, Any]) -> int:
    """The longest value a parameter takes; a text without a limit is a date."""
    if "AllowedValues" in parameter:
        return max(len(str(value)) for value in parameter["AllowedValues"])
    if parameter["Type"] == "Number":
        return len(str(parameter.get("MaxValue", 10**6)))
    return int(parameter["MaxLength"]) if "MaxLength" in parameter else len("2026-01-31")


def test_no_output_shows_a_secret(template: dict[str, Any]) -> None:
    """Names only; and every output says what it is."""
    for output in template["Outputs"].values():
        assert output["Description"]
        text = json.dumps(output["Value"])
        assert "resolve:" not in text
        assert "SecretString" not in text


def test_secrets_are_made_with_placeholders(resources: dict[str, Any]) -> None:
    """The functions know these texts as "not configured"."""
    secrets = of_type(resources, "AWS::SecretsManager::Secret")
    texts = {name: json.loads(secret["SecretString"]) for name, secret in secrets.items()}
    assert texts == {
        "SellercloudSecret": {"username": "REPLACE_ME", "password": "REPLACE_ME"},
        "StarshipitSecret": {"api_key": "REPLACE_ME", "subscription_key": "REPLACE_ME"},
        "WebhookSecret": {"current": "REPLACE_ME", "previous": ""},
    }


def test_functions_run_on_one_runtime_with_both_layers(template: dict[str, Any], resources: dict[str, Any]) -> None:
    """python3.13 on the processor that was chosen; layers are built by their Makefiles, functions not at all."""
    everywhere = template["Globals"]["Function"]
    assert everywhere["Runtime"] == "python3.13"
    assert everywhere["Architectures"] == [{"Ref": "Arch"}]
    assert everywhere["Layers"] == [{"Ref": "DependenciesLayer"}, {"Ref": "ConnectorLayer"}]
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            assert resource["Metadata"] == {"BuildMethod": "makefile"}
            makefile = ROOT / resource["Properties"]["ContentUri"] / "Makefile"
            assert f"build-{name}:" in makefile.read_text()
        if resource["Type"] == "AWS::Serverless::Function":
            assert resource["Metadata"] == {"SkipBuild": True}
            assert "AutoPublishAlias" not in resource["Properties"]  # the alias would pin an old layer
            assert (ROOT / resource["Properties"]["CodeUri"] / "app.py").exists()


def test_webhook_function_answers_before_the_api_gives_up(resources: dict[str, Any]) -> None:
    """The HTTP API waits 30 s at most."""
    assert resources["ReceiveTracking"]["Properties"]["Timeout"] < 30

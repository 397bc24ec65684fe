"""The published rules by which staff may hide something, read from published_rules.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Rule:
    """One rule, in the two languages of the site. A retired rule explains old decisions but takes no new ones."""

    key: str
    sv: str
    en: str
    text_sv: str
    text_en: str
    retired: bool = False

    def label(self, language: str) -> str:
        """What the rule is called."""
        return self.en if language == "en" else self.sv

    def text(self, language: str) -> str:
        """What it says."""
        return self.text_en if language == "en" else self.text_sv


@cache
def list_rules() -> tuple[Rule, ...]:
    """All rules in the file's order, retired ones too."""
    with (Path(__file__).parent / "published_rules.toml").open("rb") as file:
        return tuple(Rule(**entry) for entry in tomllib.load(file)["rule"])


def list_current() -> tuple[Rule, ...]:
    """The rules that new decisions may name."""
    return tuple(rule for rule in list_rules() if not rule.retired)


def find_rule(key: str | None) -> Rule | None:
    """The rule of that key, retired or not."""
    return next((rule for rule in list_rules() if rule.key == key), None)

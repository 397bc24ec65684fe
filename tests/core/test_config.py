"""Settings: from the environment or one file, each mistake one line, every one documented."""

from dataclasses import fields
from pathlib import Path

import pytest

from mapdialog.config import ROOT, Config, ConfigError, load_config


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"MAPDIALOG_DATA_DIR": str(tmp_path), **{f"MAPDIALOG_{name}": value for name, value in more.items()}}


def test_without_settings_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load_config(environment(tmp_path))
    second = load_config(environment(tmp_path))
    assert len(first.secret_key) == 64
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_every_mistake_gets_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(
            environment(
                tmp_path,
                DATABASE_URL="mysql://x",
                SECRET_KEY="short",
                WEB_WORKERS="two",
                RATE_LIMITS="perhaps",
                LOCAL_CRS="4326",
                MUNICIPALITY_CODE="12",
                COLOUR="blue",
                SUBMIT_LIMIT="many",
            )
        )
    text = "\n".join(caught.value.problems)
    for name in (
        "DATABASE_URL",
        "SECRET_KEY",
        "WEB_WORKERS",
        "RATE_LIMITS",
        "LOCAL_CRS",
        "MUNICIPALITY_CODE",
        "COLOUR",
        "SUBMIT_LIMIT",
    ):
        assert f"MAPDIALOG_{name}:" in text
    assert len(caught.value.problems) == 8


def test_a_file_gives_settings_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "mapdialog.toml"
    file.write_text('municipality = "Krokoms kommun"\nlocal_crs = 3012\nrate_limits = false\nlanguages = ["sv"]\n')
    config = load_config(environment(tmp_path, CONFIG=str(file), LOCAL_CRS="3011"))
    assert (config.municipality, config.local_crs, config.rate_limits, config.languages) == (
        "Krokoms kommun",
        3011,
        False,
        ("sv",),
    )


def test_only_the_demo_municipality_has_a_number_for_acute_faults_by_itself(tmp_path: Path) -> None:
    assert load_config(environment(tmp_path)).acute_phone == "0410-73 30 00"
    for own in ({"MUNICIPALITY": "Krokoms kommun"}, {"CONTACT": "a@krokom.se"}, {"DEMO": "off"}, {"ACUTE_PHONE": ""}):
        assert load_config(environment(tmp_path, **own)).acute_phone == ""


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MAPDIALOG_CONFIG: cannot read"):
        load_config(environment(tmp_path, CONFIG=str(tmp_path / "gone.toml")))


def test_a_secret_is_never_shown_by_the_configuration_object(tmp_path: Path) -> None:
    config = load_config(environment(tmp_path))
    assert config.secret_key not in repr(config)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/configuration.md").read_text()
    undocumented = [
        f"MAPDIALOG_{field.name.upper()}" for field in fields(Config) if f"MAPDIALOG_{field.name.upper()}`" not in text
    ]
    assert not undocumented

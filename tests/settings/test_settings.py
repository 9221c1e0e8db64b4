"""Settings: where they come from, which one wins, and what a mistake says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from visiomatic.errors import ConfigurationError
from visiomatic.settings import (
    RETIRED,
    Settings,
    as_ini,
    default_config_path,
    load_settings,
    options,
    read_config,
)


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("HOME", str(tmp_path))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_source_the_built_in_defaults_hold() -> None:
    settings, warnings = load_settings({})
    assert (settings.host, settings.port, settings.gamma, settings.quality) == ("localhost", 8009, 2.2, 95)
    assert settings.extra_dir is None
    assert warnings == ()


def test_environment_beats_file_and_command_line_beats_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write(tmp_path / "a.conf", "[image]\ngamma = 1.5\nquality = 80\nbrightness = 3\n")
    monkeypatch.setenv("VISIOMATIC_GAMMA", "1.7")
    monkeypatch.setenv("VISIOMATIC_QUALITY", "70")
    settings, _ = load_settings({"quality": "60"}, config)
    assert (settings.brightness, settings.gamma, settings.quality) == (3.0, 1.7, 60)


def test_a_file_of_visiomatic_3_is_understood(tmp_path: Path) -> None:
    config = write(
        tmp_path / "visiomatic.conf",
        "[host]\nport = 8123\naccess_log = yes\n[server]\ndata_dir = /data/50% done\n"
        "[image]\ntile_size = (128, 128)\n[engine]\nthread_count = 3\n[cache]\nmax_open_files = 10000\n",
    )
    settings, warnings = load_settings({}, config)
    assert (settings.port, settings.access_log, settings.tile_size, settings.thread_count) == (8123, True, 128, 3)
    assert settings.data_dir == Path("/data/50% done")
    assert len(warnings) == 1
    assert "max_open_files" in warnings[0]


def test_a_toml_file_may_have_tables_or_none(tmp_path: Path) -> None:
    config = write(tmp_path / "a.toml", 'port = 8124\n[server]\ncors-origins = ["http://a", "http://b"]\n')
    settings, _ = load_settings({}, config)
    assert settings.port == 8124
    assert settings.cors_origins == ("http://a", "http://b")


def test_the_default_file_is_read_when_it_exists() -> None:
    path = default_config_path()
    path.parent.mkdir(parents=True)
    write(path, "[image]\ngamma = 1.1\n")
    assert load_settings({})[0].gamma == 1.1


@pytest.mark.parametrize("name", ["HOST", "IMAGE", "SERVER", "ENGINE", "CACHE", "PORT", "WORKERS"])
def test_environment_variables_without_the_prefix_mean_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "foo")
    assert load_settings({})[0].host == "localhost"


def test_one_processor_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visiomatic.settings.usable_cores", lambda: 1)
    settings, _ = load_settings({})
    assert settings.workers == 1
    assert settings.thread_count >= 1


@pytest.mark.parametrize("name", sorted(RETIRED))
def test_options_that_lost_their_meaning_are_accepted_with_a_warning(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"VISIOMATIC_{name.upper()}", "5")
    _, warnings = load_settings({name: "10"})
    assert len(warnings) == 2
    assert all(name in warning for warning in warnings)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": "0"}, ["port", "1", "command line"]),
        ({"gamma": "high"}, ["gamma", "number", "'high'"]),
        ({"tile_size": "(256, 128)"}, ["tile-size", "square"]),
        ({"max_cache_bytes": "plenty"}, ["max-cache-bytes", "plenty"]),
        ({"gama": "1"}, ["gama", "did you mean gamma"]),
        ({"api_path": "/"}, ["api-path", "below the root"]),
    ],
)
def test_an_error_names_the_option_its_value_and_its_source(given: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(given)
    assert all(word in str(caught.value) for word in words)


def test_an_error_in_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISIOMATIC_WORKERS", "many")
    with pytest.raises(ConfigurationError, match=r"workers.*environment"):
        load_settings({})


@pytest.mark.parametrize("text", ["port = 1", "[host]\nport 80", "[host\n"])
def test_a_file_that_is_no_configuration_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"bad\.conf"):
        read_config(write(tmp_path / "bad.conf", text))


def test_a_missing_or_binary_configuration_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.conf"):
        load_settings({}, tmp_path / "none.conf")
    (tmp_path / "binary.conf").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"binary\.conf"):
        load_settings({}, tmp_path / "binary.conf")


def test_sizes_are_written_as_people_do() -> None:
    assert load_settings({"max_cache_bytes": "20 GiB"})[0].max_cache_bytes == 20 << 30


@given(
    port=st.integers(1, 65535),
    gamma=st.floats(0.2, 5),
    log=st.booleans(),
    origins=st.lists(st.from_regex(r"https://[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True), max_size=3),
)
def test_what_is_saved_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, port: int, gamma: float, log: bool, origins: list[str]
) -> None:
    settings, _ = load_settings({"port": port, "gamma": gamma, "access_log": log, "cors_origins": tuple(origins)})
    path = write(tmp_path_factory.mktemp("saved") / "a.conf", as_ini(settings))
    assert load_settings({}, path)[0] == settings


def test_settings_travel_to_the_workers_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = load_settings({"files": ("a.fits",), "data_dir": "/data", "max_tile_cache_bytes": "1MB"})
    monkeypatch.setenv("VISIOMATIC_PORT", "9999")
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings({})[0].port = 1  # type: ignore[misc]


def test_every_option_has_a_description_and_a_place() -> None:
    for option in options():
        assert option.description, option.name
        assert option.section, option.name

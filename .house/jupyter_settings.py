"""JupyterLab's settings: this machine only, a token inside the link, nothing said to anybody outside.

They are written into `.venv`, together with everything Jupyter would otherwise keep in the user's home.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

import rooms
from ports import HOST

HOME = rooms.OWN / "jupyter"
TOKEN = rooms.OWN / "token"
# JupyterLab's own names, plugin by plugin.
LAB_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True, "autosaveInterval": 5},
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}
UNUSED = {"jupyterlab-jupytext": True}


def server_settings(token: str, port: int, root: Path, is_superuser: bool) -> dict[str, dict[str, Any]]:
    """What JupyterLab's server is told: where it listens, who may come in, and what it leaves alone."""
    return {
        "IdentityProvider": {"token": token},
        "ServerApp": {
            "ip": HOST,
            "port": port,
            "port_retries": 0,
            "root_dir": str(root),
            "open_browser": False,
            "allow_root": is_superuser,
            "jpserver_extensions": {"jupyterlab_jupytext": False},  # it came with the site's packages; no lab needs it
        },
        "MappingKernelManager": {"default_kernel_name": "python3"},
        "KernelManager": {"shutdown_wait_time": 2.0},
        "LabApp": {
            "news_url": None,
            "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
            "extension_manager": "readonly",
            "app_settings_dir": str(HOME / "app-settings"),
            "user_settings_dir": str(HOME / "user-settings"),
            "workspaces_dir": str(HOME / "workspaces"),
        },
    }


def environment() -> dict[str, str]:
    """Variables that keep the user's own Jupyter and IPython out of this one."""
    return {
        "JUPYTER_CONFIG_DIR": str(HOME),
        "JUPYTER_DATA_DIR": str(HOME / "share"),
        "JUPYTER_RUNTIME_DIR": str(HOME / "runtime"),
        "IPYTHONDIR": str(HOME / "ipython"),
    }


def kept_token(path: Path = TOKEN) -> str:
    """The token of this installation, drawn once, so that yesterday's link works today; only the owner can read it."""
    if path.is_file():
        return path.read_text(encoding="utf-8")
    token = secrets.token_hex(24)
    write_private(path, token)
    return token


def write_private(path: Path, text: str) -> None:
    """Write a file that is its owner's alone from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as private:
        private.write(text)


def write(token: str, port: int) -> None:
    """Put all settings where `environment` lets JupyterLab find them."""
    server = server_settings(token, port, rooms.MY_LABS, os.geteuid() == 0)
    write_private(HOME / "jupyter_server_config.json", json.dumps(server, indent=2))
    app = HOME / "app-settings"
    app.mkdir(parents=True, exist_ok=True)
    (app / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=2), encoding="utf-8")
    (app / "page_config.json").write_text(json.dumps({"disabledExtensions": UNUSED}), encoding="utf-8")

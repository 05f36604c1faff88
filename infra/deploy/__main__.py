"""`python -m infra.deploy [package] --stack embedded|localstack|aws --stage dev|staging|prod`."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from infra.deploy import emulators, prepare, smoke
from infra.deploy.deploy import deploy
from infra.deploy.package import ROOT, build_package
from infra.deploy.stack import DeployError
from infra.deploy.target import Target

_PARAMETERS = {
    "ApiUrl": "FIRSTSPAWN_API_URL",
    "WebsocketUrl": "FIRSTSPAWN_WEBSOCKET_URL",
    "MediaUrl": "FIRSTSPAWN_MEDIA_URL",
    "FrontendUrl": "FIRSTSPAWN_FRONTEND_URL",
    "CorsOrigins": "FIRSTSPAWN_CORS_ORIGINS",
    "SearchUrl": "FIRSTSPAWN_SEARCH_URL",
    "MailBackend": "FIRSTSPAWN_MAIL_BACKEND",
    "MailFrom": "FIRSTSPAWN_MAIL_FROM",
    "SmtpHost": "FIRSTSPAWN_SMTP_HOST",
    "SmtpPort": "FIRSTSPAWN_SMTP_PORT",
    "SmtpUser": "FIRSTSPAWN_SMTP_USER",
    "BreachesUrl": "FIRSTSPAWN_BREACHES_URL",
    "DiscordClientId": "FIRSTSPAWN_DISCORD_CLIENT_ID",
    "GoogleClientId": "FIRSTSPAWN_GOOGLE_CLIENT_ID",
    "EpicClientId": "FIRSTSPAWN_EPIC_CLIENT_ID",
    "SteamEnabled": "FIRSTSPAWN_STEAM_ENABLED",
    "PasskeyRpId": "FIRSTSPAWN_PASSKEY_RP_ID",
    "PingAllow": "FIRSTSPAWN_PING_ALLOW",
    "RateScale": "FIRSTSPAWN_RATE_SCALE",
    "LogLevel": "FIRSTSPAWN_LOG_LEVEL",
    "LogDays": "FIRSTSPAWN_LOG_DAYS",
    "PluginConcurrency": "FIRSTSPAWN_PLUGIN_CONCURRENCY",
    "UptimeConcurrency": "FIRSTSPAWN_UPTIME_CONCURRENCY",
    "AlarmTopic": "FIRSTSPAWN_ALARM_TOPIC",
}


def main(arguments: list[str] | None = None) -> int:
    """Deploy (or only package) and return the exit code."""
    options = _parse(arguments)
    parameters = {name: os.environ[key] for name, key in _PARAMETERS.items() if os.environ.get(key)}
    target = Target.from_environment(options.stack, options.stage, parameters)
    try:
        if options.action == "package":
            package = build_package(target, options.project)
            print(f"{package.archive} {package.code_key}")
            print(package.archive.parent / "template.json")
            return 0
        deployed = deploy(target, options.project, report=print)
        if target.stack != "embedded":  # there, the function host joins after the deployment
            smoke.check(smoke_url(target, deployed.outputs))
            smoke.check_door(emulators.plugin_url(target, deployed.outputs))
            prepare.run(prepare.environment(target), options.project)
            print("It answers; its search index and tags are there")
    except (ConnectionError, DeployError, LookupError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    for key, value in sorted(deployed.outputs.items()):
        print(f"{key:18} {value}")
    return 0


def smoke_url(target: Target, outputs: dict[str, str]) -> str:
    """Where the deployed API answers for itself, whatever domain is in front of it."""
    return emulators.rest_url(target) if target.emulated else outputs["ExecuteApiUrl"]


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("action", nargs="?", choices=["deploy", "package"], default="deploy")
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"], default="aws")
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    parser.add_argument("--project", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

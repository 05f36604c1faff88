"""Prints the OpenAPI document, and nothing else, on standard output."""

import sys

from functions.http.openapi import openapi_json

if __name__ == "__main__":
    sys.stdout.write(openapi_json())

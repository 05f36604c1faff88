"""Real engines for the contract tests: DynamoDB Local and OpenSearch, downloaded, never committed.

`python -m infra.engines up | down | status`. Everything lives in `.engines/`, outside the
repository's history: DynamoDB Local's licence forbids passing it on.
"""

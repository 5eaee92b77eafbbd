# The hook server and what it runs on, and `orasi probe`: the kustomization's image orasi/controller.
# The tag is the newest patch of one Python; a release pins it: --build-arg PYTHON_IMAGE=python@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
RUN python -m venv --without-pip /venv
COPY requirements.txt /
# Wheels only: nothing is compiled, and no package runs code while it is installed.
RUN pip --python /venv/bin/python install --no-cache-dir --no-compile --only-binary :all: \
    --require-hashes -r /requirements.txt
COPY hooks /app/hooks
# For the pods of Connectors, which run `orasi probe`; what else it can do needs more than is here.
COPY orasi /app/orasi
RUN printf '#!/bin/sh\nPYTHONPATH=/app exec /venv/bin/python -m orasi "$@"\n' >/venv/bin/orasi
# Bytecode is made here, since the root is read-only later; its validity hangs on no file's time, since
# copies may change that. Rights do not depend on the umask of whoever cloned the repository.
RUN python -m compileall -q --invalidation-mode unchecked-hash /venv/lib /app && chmod -R a+rX /venv /app \
    && chmod a+x /venv/bin/orasi

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Orasi Controller" \
      org.opencontainers.image.description="Hooks for Metacontroller that reconcile Orasi's telemetry lakehouse" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# The base image's own pip, and Python's copy of it.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/site-packages/* /usr/local/lib/python3*/ensurepip
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
# A number, so that the kubelet can see that it is not root.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/venv/bin/python", "-m", "gunicorn", "-c", "hooks/gunicorn.conf.py", "hooks.app:create_app()"]

"""Traces, metrics and JSON logs that hold no path, no query and no content of a request."""

import json
import logging
import sys
from functools import cache
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from shared.settings import Settings

HIDDEN = "hidden"
HIDDEN_ATTRIBUTES = ("url.path", "url.query", "url.full", "user_agent.original", "client.address", "server.address")
KEPT_OF_REQUESTS = {"http.request.method", "http.route", "http.response.status_code"}
LOG_FIELDS = ("request_id", "client", "route", "method", "status", "milliseconds", "problem")


class Redaction(SpanProcessor):
    """Overwrites at a span's start what could carry a name, a number or an address; runs before every exporter."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the SDK's signature
        """Hide the attributes that a request's line and headers fill."""
        for name in HIDDEN_ATTRIBUTES:
            if span.attributes and name in span.attributes:
                span.set_attribute(name, HIDDEN)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace, and the request's facts; never an argument."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line. Of an exception only its type and place are said, since its text may hold content."""
        context = trace.get_current_span().get_span_context()
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in LOG_FIELDS if (value := getattr(record, name, None)) is not None}
        if context.is_valid:
            line["trace_id"] = format(context.trace_id, "032x")
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line)


def _places(traceback: Any) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('site-packages/')[2]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-8:]


def log_as_json(level: str) -> None:
    """Send every log line of this process to standard error as JSON."""
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[output], force=True)
    for noisy in ("httpx2", "httpcore2", "nats", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@cache
def start_telemetry(process: str, settings: Settings) -> tuple[TracerProvider, MeterProvider]:
    """The providers of this process, made once; also the global ones."""
    resource = Resource.create({"service.name": f"daylight-{process}"})
    tracing = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(settings.trace_ratio)))
    tracing.add_span_processor(Redaction())
    if settings.otlp_endpoint:
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint)))
    if settings.spans_file:
        file = settings.spans_file.open("a", encoding="utf-8", buffering=1)
        tracing.add_span_processor(
            BatchSpanProcessor(ConsoleSpanExporter(out=file, formatter=_line), schedule_delay_millis=200)
        )
    requests = View(instrument_name="http.server.*", attribute_keys=KEPT_OF_REQUESTS)
    measuring = MeterProvider(resource=resource, metric_readers=[PrometheusMetricReader()], views=[requests])
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(measuring)
    return tracing, measuring


def _line(span: ReadableSpan) -> str:
    return f"{span.to_json(indent=None)}\n"

"""Footnote: questions to a folder of documents, answered on this machine, every sentence with its source."""

import os

# onnxruntime 1.32 looks up a telemetry server's name while a model is loaded and every few seconds of its use,
# even after disable_telemetry_events(). It reads this when it is imported, so it is set before anything else.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

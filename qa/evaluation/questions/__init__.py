"""Questions whose answers are known: asked of the library, judged, summed up, reported and compared."""

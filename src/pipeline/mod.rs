//! What apps are written with: builder, sources, sinks, typed probes, runner, report, trace.

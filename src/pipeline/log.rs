//! Messages for people on stderr, and the bridge that brings warnings of our elements there.

use std::fmt::{self, Write as _};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter, format::Writer},
    registry::LookupSpan,
};

use super::progress;

/// Starts logging to stderr; `DS_APPS_LOG` (as `debug` or `ds_apps::pipeline=trace`) says how much. Once per process.
pub fn start() {
    let filter = std::env::var("DS_APPS_LOG").unwrap_or_else(|_| "ds_apps=info".into());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .event_format(Plain)
        .with_writer(AboveTheBar)
        .try_init();
}

/// Brings warnings and errors of DeepStream-named elements to the log, unless `GST_DEBUG` prints them anyway.
pub(super) fn bridge() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    if std::env::var_os("GST_DEBUG").is_some() {
        return;
    }
    ONCE.call_once(|| {
        gst::log::remove_default_log_function();
        gst::log::set_threshold_from_string("nv*:WARNING", false);
        gst::log::add_log_function(|category, level, _file, _function, _line, object, message| {
            if !category.name().starts_with("nv") {
                return;
            }
            let text = message.get().map(|text| text.to_string()).unwrap_or_default();
            let name = object.map(ToString::to_string).unwrap_or_else(|| category.name().to_owned());
            match level {
                gst::DebugLevel::Error => tracing::debug!("{name}: {text}"),
                gst::DebugLevel::Warning => tracing::warn!("{name}: {text}"),
                _ => {}
            }
        });
    });
}

/// `warning: text`, without time and target: these lines are read by people who typed a command.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        match *event.metadata().level() {
            Level::ERROR => out.write_str("error: ")?,
            Level::WARN => out.write_str("warning: ")?,
            Level::INFO => {}
            Level::DEBUG => out.write_str("debug: ")?,
            Level::TRACE => out.write_str("trace: ")?,
        }
        context.field_format().format_fields(out.by_ref(), event)?;
        writeln!(out)
    }
}

/// Stderr, with the progress bar out of the way while a line is written.
struct AboveTheBar;

impl<'a> MakeWriter<'a> for AboveTheBar {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(String::new())
    }
}

struct Line(String);

impl std::io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.write_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        progress::above(|| {
            let _ = std::io::Write::write_all(&mut std::io::stderr().lock(), self.0.as_bytes());
        });
    }
}

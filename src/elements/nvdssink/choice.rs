//! Which window sink works on this machine.

use crate::elements::codec::choose;
use gst::prelude::*;

/// Window sinks, the first to try first.
const WAYLAND: [&str; 2] = ["waylandsink", "glimagesink"];
const X11: [&str; 3] = ["glimagesink", "xvimagesink", "ximagesink"];

/// Whether an environment variable says something.
fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// A window sink that opens, or an error that says what to do instead.
pub fn window() -> Result<gst::Element, gst::ErrorMessage> {
    let names: &[&str] = match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (true, _) => &WAYLAND,
        (_, true) => &X11,
        _ => {
            return Err(gst::error_msg!(
                gst::ResourceError::NotFound,
                ("there is no display: neither WAYLAND_DISPLAY nor DISPLAY is set; write a file with -o FILE.mp4 or use --no-display")
            ));
        }
    };
    let installed: Vec<_> = names.iter().filter_map(|name| gst::ElementFactory::find(name)).collect();
    if installed.is_empty() {
        return Err(gst::error_msg!(
            gst::CoreError::MissingPlugin,
            ("no window sink is installed; install one with: apt-get install gstreamer1.0-x gstreamer1.0-gl")
        ));
    }
    choose::first_usable(&installed).ok_or_else(|| {
        let tried: Vec<String> = installed.iter().map(|factory| factory.name().to_string()).collect();
        gst::error_msg!(
            gst::ResourceError::OpenWrite,
            (
                "the display cannot be opened (tried {}); write a file with -o FILE.mp4 or use --no-display",
                tried.join(", ")
            )
        )
    })
}

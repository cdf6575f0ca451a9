//! An RTSP source as its [`Link`] sees it: how it is taken down, brought up, and what is said about it.

use std::time::Duration;

use gst::{glib, prelude::*, subclass::prelude::*};

use super::{
    UriSource,
    link::{Link, Loss, Source},
    schedule::{Rules, Schedule},
};

/// How long a server may take to answer, for `rtspsrc`: microseconds.
pub const TCP_TIMEOUT_US: &str = "10000000";

/// The name of the message that says that frames come again.
const RECONNECTED: &str = "nvurisrcbin-reconnect";

/// Whether `uri` is played over RTSP.
pub fn is_rtsp(uri: &str) -> bool {
    uri.split_once("://").is_some_and(|(scheme, _)| scheme.to_ascii_lowercase().starts_with("rtsp"))
}

/// What the properties of `bin` say about reconnecting.
pub fn rules(bin: &UriSource) -> Rules {
    let seconds = |name| Duration::from_secs(bin.property::<u32>(name).into());
    Rules {
        interval: seconds("rtsp-reconnect-interval"),
        init_interval: seconds("init-rtsp-reconnect-interval"),
        // As with NVIDIA's, 0 is the default.
        attempts: u32::try_from(bin.property::<i32>("rtsp-reconnect-attempts")).ok().filter(|attempts| *attempts > 0),
    }
}

/// A watch over the connection of `bin`, which is about to be made.
pub fn link(bin: &UriSource) -> Result<Link, gst::ErrorMessage> {
    let schedule = Schedule::new(rules(bin));
    Link::watch(Wire(bin.downgrade()), schedule).map_err(|error| {
        gst::error_msg!(gst::ResourceError::NoSpaceLeft, ("no thread to watch over an RTSP connection: {error}"))
    })
}

struct Wire(glib::WeakRef<UriSource>);

impl Source for Wire {
    fn down(&self, loss: &Loss) {
        let Some(bin) = self.0.upgrade() else { return };
        let reason = words(loss);
        gst::element_warning!(bin, gst::ResourceError::Read, ("connection lost ({reason}); connecting again"));
        let (source, splice) = {
            let state = bin.imp().state();
            (state.source.clone(), state.splice.clone())
        };
        if let Some(source) = source {
            // The bin may be about to finish an earlier change of state; it must not bring the source up again.
            source.set_locked_state(true);
            let _ = source.set_state(gst::State::Null);
        }
        if let Some(splice) = splice {
            splice.lost();
        }
    }

    fn up(&self) {
        let Some(bin) = self.0.upgrade() else { return };
        let source = bin.imp().state().source.clone();
        // What fails here is said on the bus, too.
        if let Some(source) = source {
            source.set_locked_state(false);
            let _ = source.sync_state_with_parent();
        }
    }

    fn back(&self) {
        let Some(bin) = self.0.upgrade() else { return };
        let said = gst::Structure::new_empty(RECONNECTED);
        let _ = bin.post_message(gst::message::Element::builder(said).src(&bin).build());
    }

    fn give_up(&self, loss: Loss, tried: u32) {
        let Some(bin) = self.0.upgrade() else { return };
        match (&loss, tried) {
            (Loss::Error(message), 0) => {
                if let gst::MessageView::Error(error) = message.view() {
                    refuse(&bin, error);
                }
            }
            (_, 0) => bin.imp().fail(gst::error_msg!(gst::ResourceError::Read, ("{}", words(&loss)))),
            _ => bin.imp().fail(gst::error_msg!(
                gst::ResourceError::Read,
                ("connection lost, and {tried} attempts to connect again failed ({})", words(&loss))
            )),
        }
    }

    fn is_playing(&self) -> bool {
        self.0.upgrade().is_some_and(|bin| bin.current_state() == gst::State::Playing)
    }
}

/// Posts the error of a connection that was never made.
fn refuse(bin: &UriSource, error: &gst::message::Error) {
    let Some(reason) = reason(error) else { return bin.imp().relay(error) };
    let cause = error.error();
    let code = cause.kind::<gst::ResourceError>().unwrap_or(gst::ResourceError::OpenRead);
    let debug = error.debug().unwrap_or_default();
    let uri = bin.imp().uri();
    bin.imp().fail(gst::error_msg!(code, ("{uri} cannot be played: {reason}"), ["{}: {debug}", cause.message()]));
}

/// What an error of `rtspsrc` means to its user; `None` where its own words say more.
fn reason(error: &gst::message::Error) -> Option<&'static str> {
    let debug = error.debug().unwrap_or_default();
    let cause = error.error();
    let says = |text: &str| debug.contains(text) || cause.message().contains(text);
    Some(match cause.kind::<gst::ResourceError>()? {
        gst::ResourceError::NotAuthorized => {
            "user or password is missing or wrong; write them as rtsp://USER:PASSWORD@HOST/PATH"
        }
        gst::ResourceError::NotFound => "the server has nothing there; is the path right?",
        _ if says("Failed to connect") => "nothing answers there; is the address right and the server up?",
        _ if says("(Timeout") || says("timed out") => "the server takes the connection and stays silent",
        _ if says("(Parse error)") || says("Could not receive message") => {
            "what answers there speaks no RTSP, or hung up"
        }
        _ if says("end-of-file") => "the server has closed the connection",
        _ => return None,
    })
}

/// A loss as part of a sentence.
fn words(loss: &Loss) -> String {
    match loss {
        Loss::Error(message) => match message.view() {
            gst::MessageView::Error(error) => {
                reason(error).map_or_else(|| error.error().message().trim_end_matches('.').to_owned(), str::to_owned)
            }
            _ => "an error".into(),
        },
        Loss::Ended => "the server has ended the stream".into(),
        Loss::Silent(time) => format!("no frame for {} s", time.as_secs()),
        Loss::NeverBegan(time) => format!(
            "the server is connected, but no picture came in {} s; if UDP does not get through, choose TCP",
            time.as_secs()
        ),
    }
}

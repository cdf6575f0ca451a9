//! The RTSP server behind the element: it listens, checks who asks, and makes a pipeline that all clients share.

use std::sync::Arc;
use std::thread::JoinHandle;

use gst::{glib, prelude::*};
use gst_rtsp_server::{gio, prelude::*};

use super::feeds::Feeds;
use super::settings::Settings;

/// The role of a user who may look.
const VIEWER: &str = "viewer";

/// A server that runs until it is dropped.
pub struct Server {
    url: String,
    context: glib::MainContext,
    main_loop: glib::MainLoop,
    thread: Option<JoinHandle<()>>,
    close: Option<Box<dyn FnOnce() + Send>>,
}

impl Server {
    /// Listens as `settings` say and serves what `feeds` are given. The error says what cannot be done, and why.
    pub fn start(settings: &Settings, feeds: &Arc<Feeds>) -> Result<Self, gst::ErrorMessage> {
        let server = gst_rtsp_server::RTSPServer::new();
        server.set_address(&settings.address);
        server.set_service(&settings.rtsp_port.to_string());
        server.set_auth(auth(settings)?.as_ref());
        let path = settings.mount_point.clone();
        let mounts = server.mount_points().unwrap_or_default();
        mounts.add_factory(&path, factory(settings, feeds));
        let joined = feeds.clone();
        server.connect_client_connected(move |_, client| {
            let joined = joined.clone();
            client.connect_play_request(move |_, _| joined.want_key());
        });

        let context = glib::MainContext::new();
        let source = server.create_source(None::<&gio::Cancellable>).map_err(|error| taken(settings, &error))?;
        source.attach(Some(&context));
        let main_loop = glib::MainLoop::new(Some(&context), false);
        let runs = main_loop.clone();
        let thread = std::thread::Builder::new().name("rtsp-server".into()).spawn(move || {
            let context = runs.context();
            // The context is this thread's own; a server that cannot have it serves nobody.
            let _ = context.with_thread_default(|| runs.run());
        });
        let thread = thread.map_err(|error| {
            gst::error_msg!(gst::ResourceError::NoSpaceLeft, ("no thread for the RTSP server: {error}"))
        })?;
        let url = url(settings, server.bound_port());
        let close = Box::new(move || {
            source.destroy();
            mounts.remove_factory(&path);
            server.client_filter(Some(&mut |_, _| gst_rtsp_server::RTSPFilterResult::Remove));
        });
        Ok(Self { url, context, main_loop, thread: Some(thread), close: Some(close) })
    }

    /// Where the stream is, without user and password.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let (main_loop, close) = (self.main_loop.clone(), self.close.take());
        // Clients belong to the server's thread.
        self.context.invoke(move || {
            close.into_iter().for_each(|close| close());
            main_loop.quit();
        });
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Asks for user and password, speaks TLS, or neither.
fn auth(settings: &Settings) -> Result<Option<gst_rtsp_server::RTSPAuth>, gst::ErrorMessage> {
    if settings.user.is_none() && settings.certificate.is_none() {
        return Ok(None);
    }
    let auth = gst_rtsp_server::RTSPAuth::new();
    let role = gst_rtsp_server::RTSPToken::builder()
        .field(gst_rtsp_server::RTSP_TOKEN_MEDIA_FACTORY_ROLE.as_str(), VIEWER)
        .build();
    match &settings.user {
        Some(user) => {
            auth.set_supported_methods(gst_rtsp::RTSPAuthMethod::Digest);
            auth.add_digest(user, settings.password.as_deref().unwrap_or_default(), &role);
        }
        None => {
            let mut anyone = role;
            auth.set_default_token(Some(&mut anyone));
        }
    }
    if let Some(file) = &settings.certificate {
        let certificate = gio::TlsCertificate::from_file(file).map_err(|error| {
            gst::error_msg!(
                gst::ResourceError::Settings,
                ("{file} is no PEM file with a certificate and its private key: {}", error.message())
            )
        })?;
        auth.set_tls_certificate(Some(&certificate));
    }
    Ok(Some(auth))
}

/// Makes the pipeline that all clients share.
fn factory(settings: &Settings, feeds: &Arc<Feeds>) -> gst_rtsp_server::RTSPMediaFactory {
    let factory = gst_rtsp_server::RTSPMediaFactory::new();
    let [_, parser, payloader] = settings.codec.elements();
    factory.set_launch(&format!(
        "( appsrc name=source is-live=true format=time max-bytes=0 max-buffers=120 leaky-type=downstream \
         ! {parser} ! {payloader} name=pay0 pt=96 config-interval=-1 )"
    ));
    factory.set_shared(true);
    if settings.user.is_some() || settings.certificate.is_some() {
        let may = gst::Structure::builder(VIEWER)
            .field(gst_rtsp_server::RTSP_PERM_MEDIA_FACTORY_ACCESS.as_str(), true)
            .field(gst_rtsp_server::RTSP_PERM_MEDIA_FACTORY_CONSTRUCT.as_str(), true)
            .build();
        factory.add_role_from_structure(&may);
    }
    let feeds = feeds.clone();
    factory.connect_media_configure(move |_, media| {
        let Ok(bin) = media.element().downcast::<gst::Bin>() else { return };
        let Some(source) = bin.by_name("source") else { return };
        feeds.add(source.clone());
        let (gone, over) = (feeds.clone(), feeds.clone());
        let own = source.clone();
        media.connect_unprepared(move |_| gone.remove(&own));
        let end = bin.by_name("pay0").and_then(|payloader| payloader.static_pad("src"));
        end.into_iter().for_each(|pad| {
            let (over, source) = (over.clone(), source.clone());
            pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
                if info.event().is_some_and(|event| event.type_() == gst::EventType::Eos) {
                    over.ended(&source);
                }
                gst::PadProbeReturn::Ok
            });
        });
    });
    factory
}

fn url(settings: &Settings, port: i32) -> String {
    let scheme = if settings.certificate.is_some() { "rtsps" } else { "rtsp" };
    let host = match settings.address.contains(':') {
        true => format!("[{}]", settings.address),
        false => settings.address.clone(),
    };
    format!("{scheme}://{host}:{port}{}", settings.mount_point)
}

fn taken(settings: &Settings, error: &glib::Error) -> gst::ErrorMessage {
    let place = format!("{}:{}", settings.address, settings.rtsp_port);
    if error.matches(gio::IOErrorEnum::AddressInUse) {
        return gst::error_msg!(
            gst::ResourceError::Busy,
            ("{place} is in use by another program; choose another port, or 0 for any free one")
        );
    }
    gst::error_msg!(gst::ResourceError::OpenWrite, ("cannot listen on {place}: {}", error.message()))
}

//! The service's thread: an event loop of its own, beside the pipeline.

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, thread::JoinHandle, time::Duration};

use tokio::sync::oneshot;

use super::{control::Control, error::RestError, options::RestOptions, routes::routes};

/// Threads that work on requests at once.
const WORKERS: usize = 4;
/// How long requests that are being worked on have when the service ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// A service that runs until it is dropped.
pub struct RestServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RestServer {
    /// Listens as `options` say and asks `control`.
    pub fn start(options: &RestOptions, control: Arc<dyn Control>) -> Result<Self, RestError> {
        let address = options.address;
        let listener = std::net::TcpListener::bind(address).map_err(|source| match source.kind() {
            ErrorKind::AddrInUse => RestError::InUse { address },
            _ => RestError::Listen { address, source },
        })?;
        listener.set_nonblocking(true).map_err(RestError::Runtime)?;
        let address = listener.local_addr().map_err(RestError::Runtime)?;
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime =
            builder.enable_io().enable_time().max_blocking_threads(WORKERS).build().map_err(RestError::Runtime)?;
        let app = routes(control, options.token.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            runtime.block_on(async move {
                let (enough, late) = oneshot::channel::<()>();
                let asked = async move {
                    let _ = stopped.await;
                    let _ = enough.send(());
                };
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let limit = async move {
                    let _ = late.await;
                    tokio::time::sleep(FAREWELL).await;
                };
                tokio::select! {
                    _ = axum::serve(listener, app).with_graceful_shutdown(asked) => {}
                    () = limit => {}
                }
            });
            runtime.shutdown_timeout(FAREWELL);
        };
        let thread = std::thread::Builder::new().name("rest".into()).spawn(serve).map_err(RestError::Runtime)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for RestServer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

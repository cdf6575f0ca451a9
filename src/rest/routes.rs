//! The paths and what happens there.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    body::{BodyError, StreamChange, parse_interval, parse_quit, parse_reload, parse_stream},
    control::{Control, ControlError, StreamCounts, StreamStatus},
    guard,
    metrics::prometheus_text,
    reply::{Refusal, done, failed, reply},
};

/// The largest body, in bytes.
const MOST: usize = 64 * 1024;

type Shared = State<Arc<dyn Control>>;
type Body = Result<Bytes, BytesRejection>;

/// Every path of the service.
pub fn routes(control: Arc<dyn Control>, token: Option<String>) -> Router {
    let asked = Router::new()
        .route("/stream/add", post(change_stream))
        .route("/stream/remove", post(change_stream))
        .route("/stream/get-stream-info", get(stream_info))
        .route("/infer/set-interval", post(set_interval))
        .route("/analytics/reload-config", post(reload_analytics))
        .route("/app/quit", post(quit))
        .route("/metrics", get(metrics))
        .route_layer(middleware::from_fn_with_state(Arc::new(token), guard::check));
    let health = Router::new()
        .route("/live", get(|State(control): Shared| async move { state("live-info", "ds-liveness", "LIVE", control.is_live()) }))
        .route("/ready", get(|State(control): Shared| async move { state("ready-info", "ds-ready", "READY", control.is_ready()) }))
        .route("/startup", get(|State(control): Shared| async move { state("startup-info", "ds-startup", "STARTUP", control.is_ready()) }));
    let versioned = asked.merge(health.clone()).route(
        "/health/get-dsready-state",
        get(|State(control): Shared| async move { state("health-info", "ds-ready", "READY", control.is_ready()) }),
    );
    Router::new()
        .nest("/api/v1", versioned)
        .merge(health)
        .route("/version", get(|| async { version() }))
        .fallback(|| async { reply(StatusCode::NOT_FOUND, "no such path", None) })
        .method_not_allowed_fallback(|| async { reply(StatusCode::METHOD_NOT_ALLOWED, "no such method here", None) })
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(control)
}

fn version() -> Response {
    let text = concat!("ds-apps ", env!("CARGO_PKG_VERSION"), " - REST API Version v1");
    ([(header::CONTENT_TYPE, "application/json")], json!({"version": text}).to_string()).into_response()
}

fn state(name: &str, field: &str, what: &str, yes: bool) -> Response {
    let info = json!({field: if yes { "YES" } else { "NO" }});
    reply(StatusCode::OK, &format!("GET_{what}_INFO_SUCCESS"), Some((name, info)))
}

/// Runs what may take its time beside the event loop.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let broken = |error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "FAIL", &error);
    tokio::task::spawn_blocking(work).await.map_err(broken)
}

/// What the body says to `parse`, or the reply that says why it says nothing.
fn read<T>(body: Body, prefix: &str, parse: fn(&[u8]) -> Result<T, BodyError>) -> Result<T, Refusal> {
    let whole = body.map_err(|error| Refusal::new(error.status(), prefix, &error.body_text()))?;
    parse(&whole).map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, prefix, &error))
}

async fn change_stream(State(control): Shared, body: Body) -> Result<Response, Refusal> {
    let change = read(body, "STREAM_ADD/REMOVE_FAIL", parse_stream)?;
    apart(move || match change {
        StreamChange::Add { camera_id, camera_name, camera_url } => {
            match control.add(&camera_id, &camera_name, &camera_url) {
                Ok(_) => done("STREAM_ADD_SUCCESS"),
                Err(error) => not_done("STREAM_ADD_FAIL", &error),
            }
        }
        StreamChange::Remove { camera_id, camera_url } => match control.remove(&camera_id, &camera_url) {
            Ok(()) => done("STREAM_REMOVE_SUCCESS"),
            Err(error) => not_done("STREAM_REMOVE_FAIL", &error),
        },
    })
    .await
}

/// DeepStream's status for what its pipeline refuses, and its words where it has any.
fn not_done(prefix: &str, error: &ControlError) -> Response {
    let text = match error {
        ControlError::TooMany { .. } => format!("Active sources exceded max-batch-size of nvstreammux: {error}"),
        ControlError::Duplicate => "Duplicate Camera id, unable to add stream".into(),
        ControlError::Unknown => "No record found. Failed to remove source stream".into(),
        ControlError::Refused(_) => error.to_string(),
    };
    failed(StatusCode::INTERNAL_SERVER_ERROR, prefix, &text)
}

async fn stream_info(State(control): Shared) -> Result<Response, Refusal> {
    let streams = apart(move || control.streams()).await?;
    let list: Vec<Value> = streams
        .iter()
        .map(|(stream, _)| {
            json!({
                "source_id": stream.source_id,
                "camera_id": stream.camera_id,
                "camera_name": stream.camera_name,
                "camera_url": stream.camera_url,
            })
        })
        .collect();
    let info = json!({"stream-count": list.len(), "stream-info": list});
    Ok(reply(StatusCode::OK, "GET_LIVE_STREAM_INFO_SUCCESS", Some(("stream-info", info))))
}

async fn set_interval(State(control): Shared, body: Body) -> Result<Response, Refusal> {
    const FAIL: &str = "INFER_INTERVAL_UPDATE_FAIL";
    let (id, interval) = read(body, FAIL, parse_interval)?;
    apart(move || match control.set_interval(id, interval) {
        Ok(()) => done("INFER_INTERVAL_UPDATE_SUCCESS"),
        Err(error) => {
            let text = match error {
                ControlError::Unknown => "Unable to find stream id for infer property updation".into(),
                other => other.to_string(),
            };
            failed(StatusCode::INTERNAL_SERVER_ERROR, FAIL, &text)
        }
    })
    .await
}

async fn reload_analytics(State(control): Shared, body: Body) -> Result<Response, Refusal> {
    const FAIL: &str = "RELOAD_CONFIG_UPDATE_FAIL";
    let file = read(body, FAIL, parse_reload)?;
    apart(move || match control.reload_analytics(&file) {
        Ok(()) => done("RELOAD_CONFIG_UPDATE_SUCCESS"),
        Err(error) => failed(StatusCode::INTERNAL_SERVER_ERROR, FAIL, &error.to_string()),
    })
    .await
}

async fn quit(State(control): Shared, body: Body) -> Result<Response, Refusal> {
    read(body, "QUIT_FAIL", parse_quit)?;
    control.quit();
    Ok(done("QUIT_SUCCESS"))
}

/// Prometheus' text; JSON as DeepStream's for those who ask for it.
async fn metrics(State(control): Shared, headers: HeaderMap) -> Result<Response, Refusal> {
    let (streams, messages) = apart(move || (control.streams(), control.messages())).await?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("application/json") {
        let stats: Vec<Value> = streams.iter().map(stats).collect();
        let info = match messages.is_empty() {
            true => json!({"stream-count": stats.len(), "stream-stats": stats}),
            false => {
                let messages: serde_json::Map<_, _> =
                    messages.into_iter().map(|(name, count)| (name, count.into())).collect();
                json!({"stream-count": stats.len(), "stream-stats": stats, "messages": messages})
            }
        };
        return Ok(reply(StatusCode::OK, "GET_METRICS_INFO_SUCCESS", Some(("metrics-info", info))));
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], prometheus_text(streams, messages)).into_response())
}

fn stats((stream, counts): &(StreamStatus, StreamCounts)) -> Value {
    let measured: u64 = counts.latency.iter().sum();
    let latency = if measured == 0 { 0.0 } else { counts.latency_sum_s * 1e3 / measured as f64 };
    json!({
        "source_id": stream.source_id,
        "sensor_id": stream.camera_id,
        "sensor_name": stream.camera_name,
        "fps": counts.fps,
        "latency_ms": latency,
        "frame_number": counts.frames,
    })
}

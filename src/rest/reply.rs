//! Replies in DeepStream's form: the HTTP status, once more in the body, and a reason.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// `{"status":"HTTP/1.1 200 OK","reason":...}`, with `more` under a name of its own.
pub fn reply(status: StatusCode, reason: &str, more: Option<(&str, Value)>) -> Response {
    let said = format!("HTTP/1.1 {} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let mut body = json!({"status": said, "reason": reason});
    if let (Some((name, value)), Some(body)) = (more, body.as_object_mut()) {
        body.insert(name.into(), value);
    }
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// It was done.
pub fn done(reason: &str) -> Response {
    reply(StatusCode::OK, reason, None)
}

/// It was not: `PREFIX, why`.
pub fn failed(status: StatusCode, prefix: &str, why: &dyn std::fmt::Display) -> Response {
    reply(status, &format!("{prefix}, {why}"), None)
}

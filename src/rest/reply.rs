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

/// Why a request was not worked on.
pub struct Refusal {
    status: StatusCode,
    reason: String,
}

impl Refusal {
    /// `PREFIX, why`.
    pub fn new(status: StatusCode, prefix: &str, why: &dyn std::fmt::Display) -> Self {
        Self { status, reason: format!("{prefix}, {why}") }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        reply(self.status, &self.reason, None)
    }
}

//! Who may ask: nobody without the token, where there is one; no web page of another site, where there is none.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::reply::reply;

/// Lets a request through or says why not.
pub async fn check(State(token): State<Arc<Option<String>>>, request: Request, next: Next) -> Response {
    match refused(token.as_deref(), request.headers()) {
        Some((status, reason)) => reply(status, reason, None),
        None => next.run(request).await,
    }
}

fn refused(token: Option<&str>, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let Some(token) = token else {
        let page = headers.contains_key(header::ORIGIN);
        return page.then_some((StatusCode::FORBIDDEN, "requests of web pages need a service with a token"));
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    match given {
        Some((_, given)) if same(given.trim().as_bytes(), token.as_bytes()) => None,
        _ => Some((StatusCode::UNAUTHORIZED, "send the token: Authorization: Bearer TOKEN")),
    }
}

/// Takes the same time wherever the first difference is.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_the_token_opens() {
        let ask = |value| refused(Some("abc"), &with(header::AUTHORIZATION, value)).map(|(status, _)| status);
        assert_eq!((ask("Bearer abc"), ask("bearer abc")), (None, None));
        for wrong in ["Bearer abd", "Bearer ab", "Basic abc", "abc", ""] {
            assert_eq!(ask(wrong), Some(StatusCode::UNAUTHORIZED), "{wrong}");
        }
        assert!(refused(Some("abc"), &HeaderMap::new()).is_some());
    }

    #[test]
    fn web_pages_are_not_served_without_one() {
        assert_eq!(refused(None, &HeaderMap::new()), None);
        assert!(refused(None, &with(header::ORIGIN, "https://example.org")).is_some());
    }
}

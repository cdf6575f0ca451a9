//! TLS to every broker: it delivers with the right authority; an unknown one and a certificate for another name are said in
//! one line with what to do.

use ds_apps::message::broker::Settings;

use crate::bad::{complaint, with_config};
use crate::certificates::Certificates;
use crate::courier::Sender;
use crate::kafka::Kafka;
use crate::mosquitto::Mosquitto;
use crate::process::installed;
use crate::rabbitmq::RabbitMq;
use crate::redis::Redis;
use crate::server::{self, Server};

/// `broker` are lines for the broker, `trusting` those of a client that knows the authority, `doubting` those of one that
/// does not; `advice` is what the latter should be told.
fn speaks_tls<S: Server>(
    broker: fn(&Certificates) -> String,
    trusting: fn(&Certificates) -> String,
    doubting: &str,
    advice: &str,
) {
    if let Some(reason) = S::missing().or_else(|| installed("openssl")) {
        eprintln!("SKIPPED, {} is not installed: {reason}", S::NAME);
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(certificates) = Certificates::make(dir.path()) else { return };
    let Some((folder, mut server)) = server::ready_with::<S>(&broker(&certificates)) else { return };
    let settings = |host: &str, lines: &str| {
        let address = format!("{host};{}", folder.secure);
        with_config(Settings { address, ..server.settings("events") }, folder.path(), lines)
    };
    let trusting = trusting(&certificates);

    let sender = Sender::start(&settings("127.0.0.1", &trusting), &folder.path().join("spool"));
    sender.send(0..20);
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.dropped), (20, 0));

    let unknown = complaint(&settings("127.0.0.1", doubting), "messages wait in the spool");
    let other = complaint(&settings("localhost", &trusting), "messages wait in the spool");
    println!("{unknown}\n{other}");
    assert!(unknown.starts_with(&format!("{} 127.0.0.1:{}: ", S::NAME, folder.secure)), "{unknown}");
    assert!(unknown.contains("certificate") && unknown.contains(advice), "{unknown}");
    assert!(other.starts_with(&format!("{} localhost:{}: ", S::NAME, folder.secure)), "{other}");
    assert!(other.contains("is not for this host name"), "{other}");
    for line in [unknown, other] {
        assert!(!line.contains('\n') && line.len() < 400, "{line}");
    }
    assert_eq!(server.received(20).len(), 20);
}

fn ca_file(certificates: &Certificates) -> String {
    format!("enable-tls=1\ntls-cafile={}", certificates.path("ca.pem"))
}

#[test]
fn kafka() {
    speaks_tls::<Kafka>(
        |certificates| {
            format!(
                "secure=@SECURE@\nlistener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SSL\n\
                 ssl.keystore.type=PEM\nssl.keystore.location={}\n",
                certificates.path("both.pem")
            )
        },
        |certificates| format!("proto-cfg=\"security.protocol=ssl;ssl.ca.location={}\"", certificates.path("ca.pem")),
        "proto-cfg=\"security.protocol=ssl\"",
        "ssl.ca.location in proto-cfg",
    );
}

#[test]
fn rabbitmq() {
    speaks_tls::<RabbitMq>(
        |certificates| {
            let [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(|name| certificates.path(name));
            format!(
                "listeners.ssl.1 = 127.0.0.1:@SECURE@\nssl_options.cacertfile = {ca}\nssl_options.certfile = {cert}\n\
                 ssl_options.keyfile = {key}\nssl_options.verify = verify_none\n"
            )
        },
        ca_file,
        "enable-tls=1",
        "tls-cafile in the configuration file",
    );
}

#[test]
fn mosquitto() {
    speaks_tls::<Mosquitto>(
        |certificates| {
            let [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(|name| certificates.path(name));
            format!("listener @SECURE@ 127.0.0.1\ncafile {ca}\ncertfile {cert}\nkeyfile {key}\n")
        },
        ca_file,
        "enable-tls=1",
        "tls-cafile in the configuration file",
    );
}

#[test]
fn redis() {
    speaks_tls::<Redis>(
        |certificates| {
            let [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map(|name| certificates.path(name));
            format!(
                "--tls-port @SECURE@ --tls-ca-cert-file {ca} --tls-cert-file {cert} --tls-key-file {key} \
                 --tls-auth-clients no"
            )
        },
        ca_file,
        "enable-tls=1",
        "tls-cafile in the configuration file",
    );
}

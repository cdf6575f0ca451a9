//! Kafka that asks who is there: PLAIN and SCRAM, with the right password and with wrong ones.

use ds_apps::message::broker::Settings;

use crate::bad::{complaint, with_config};
use crate::courier::Sender;
use crate::kafka::Kafka;
use crate::server::{self, Server};

const BROKER: &str = "secure=@SECURE@
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_PLAINTEXT
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_camera=\"secret\";
listener.name.secure.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
";

#[test]
fn kafka_lets_in_who_has_the_password() {
    let Some((folder, mut server)) = server::ready_with::<Kafka>(BROKER) else { return };
    let settings = |mechanism: &str, password: &str| {
        let address = format!("127.0.0.1;{}", folder.secure);
        let lines = format!(
            "proto-cfg=\"security.protocol=sasl_plaintext;sasl.mechanism={mechanism};sasl.username=camera;sasl.password={password}\""
        );
        with_config(Settings { address, ..server.settings("events") }, folder.path(), &lines)
    };
    for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
        let sender = Sender::start(&settings(mechanism, "secret"), &folder.path().join(mechanism));
        sender.send(0..10);
        assert_eq!(sender.finish().acknowledged, 10);
        let warning = complaint(&settings(mechanism, "guess"), "messages wait in the spool");
        println!("{warning}");
        assert!(warning.starts_with(&format!("kafka 127.0.0.1:{}: ", folder.secure)), "{warning}");
        assert!(warning.to_lowercase().contains("authentication failed"), "{warning}");
        assert!(warning.contains("see sasl.username and sasl.password in proto-cfg"), "{warning}");
        assert!(!warning.contains("guess"), "{warning}");
    }
    assert_eq!(server.received(10).len(), 20);
    // A client that does not say who it is.
    let address = format!("127.0.0.1;{}", folder.secure);
    let silent = complaint(&Settings { address, ..server.settings("events") }, "messages wait in the spool");
    println!("{silent}");
    assert!(silent.contains("security.protocol"), "{silent}");
}

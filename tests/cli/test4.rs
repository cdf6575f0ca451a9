//! The command `test4`: what it sends, and what it refuses.

use crate::world::World;
use serde_json::Value;

/// The small detector finds 16 vehicles on every frame.
fn test4(world: &World, args: &[&str]) -> crate::world::Ran {
    let fixed = ["test4", "--config", "config.txt", "--no-display", "test:red?size=64x64&frames=65"];
    world.run(&[&fixed, args].concat())
}

fn messages(world: &World, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(world.path(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_30th_frame_is_an_event_in_the_file() {
    let world = World::new();
    let ran = test4(&world, &["--report", "report.json"]).ends_with(0);
    assert_eq!(ran.stdout.lines().count(), 65);
    let report = std::fs::read_to_string(world.path("report.json")).unwrap();
    let counts = &serde_json::from_str::<Value>(&report).unwrap()["messages"];
    assert_eq!((&counts["accepted"], &counts["acknowledged"], &counts["dropped"]), (&3.into(), &3.into(), &0.into()));
    assert!(ran.stdout.starts_with("Frame Number = 0 Vehicle Count = 16 Person Count = 0\n"), "{}", ran.stdout);
    let messages = messages(&world, "test4_messages.jsonl");
    assert_eq!(messages.len(), 3);
    for message in &messages {
        assert_eq!(message["event"]["type"], "moving");
        assert_eq!(message["object"]["vehicle"]["type"], "vehicle");
        assert_eq!(message["sensor"]["id"], "street-camera");
        assert_eq!(message["place"]["aisle"]["name"], "lane1");
        let [left, right] = ["topleftx", "bottomrightx"].map(|key| message["object"]["bbox"][key].as_i64().unwrap());
        // Pixels are cut off: a box from 31.99 to 48 has 17 of them, one from 32 to 47.99 has 15.
        assert!((15..=17).contains(&(right - left)), "{message}");
    }
    let times: Vec<_> = messages.iter().map(|message| message["@timestamp"].as_str().unwrap()).collect();
    assert!(times.is_sorted() && times[0].ends_with('Z'), "{times:?}");
}

#[test]
fn upstreams_flags_choose_schema_and_file() {
    let world = World::new();
    let input = ["test4", "--config", "config.txt", "--no-display", "--input-file", "test:red?size=64x64&frames=65"];
    let flags = ["--proto-lib", "file", "--conn-str", "own.jsonl", "-t", "any", "-s", "1", "--silent"];
    world.run(&[&input[..], &flags].concat()).ends_with(0);
    let messages = messages(&world, "own.jsonl");
    let frames: Vec<_> = messages.iter().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(frames, ["0", "30", "60"]);
    for message in &messages {
        assert_eq!(message["sensorId"], "sensor-0");
        let [object] = &message["objects"].as_array().unwrap()[..] else { panic!("{message}") };
        assert!(object.as_str().unwrap().contains("|Vehicle|#|vehicle||||||"), "{object}");
    }
    assert!(!world.path("test4_messages.jsonl").exists());
}

#[test]
fn sensors_of_the_users_own_stand_in_messages() {
    let world = World::new();
    std::fs::write(world.path("c.yml"), "sensor0:\n  enable: 1\n  id: my-camera\n").unwrap();
    test4(&world, &["--msgconv-config", "c.yml"]).ends_with(0);
    let message = &messages(&world, "test4_messages.jsonl")[0];
    assert_eq!((&message["sensor"]["id"], &message["place"]), (&"my-camera".into(), &Value::Null));
}

#[test]
fn the_branch_is_described() {
    let ran = test4(&World::new(), &["--describe", "-p", "kafka", "--conn-str", "localhost;9092;events"]).ends_with(0);
    assert!(ran.stdout.contains("! nvdsosd name=osd ! tee name=messages ! queue "), "{}", ran.stdout);
    let broker =
        "! nvmsgbroker name=msgbroker proto-lib=kafka conn-str=\"localhost;9092;events\" sync=false messages. ! ";
    assert!(ran.stdout.contains(broker), "{}", ran.stdout);
}

#[test]
fn mistakes_are_said_with_file_line_and_key() {
    let world = World::new();
    std::fs::write(world.path("c.txt"), "[place0]\nenable=1\nlocation=1;2\n").unwrap();
    let ran = test4(&world, &["--msgconv-config", "c.txt"]).ends_with(2);
    assert!(
        ran.stderr.contains("error: --msgconv-config c.txt:3: [place0] location: expected three numbers"),
        "{}",
        ran.stderr
    );
    let ran = test4(&world, &["--msgconv-config", "none.txt"]).ends_with(2);
    assert!(ran.stderr.contains("none.txt: No such file"), "{}", ran.stderr);
    let ran = test4(&world, &["-c", "none.cfg"]).ends_with(2);
    assert!(ran.stderr.contains("--cfg-file none.cfg: there is no such file"), "{}", ran.stderr);
    let ran = test4(&world, &["--conn-str", "nowhere/messages.jsonl"]).ends_with(2);
    let said = "error: messages: conn-str: nowhere/messages.jsonl: there is no folder nowhere\n";
    assert!(ran.stderr.ends_with(said) && !ran.stderr.contains("0 accepted"), "{}", ran.stderr);
    let ran = test4(&world, &["-p", "kafak", "--conn-str", "h;1"]).ends_with(2);
    assert!(ran.stderr.contains("error: messages: proto-lib 'kafak' is no broker's client"), "{}", ran.stderr);
    let ran = test4(&world, &["-s", "2"]).ends_with(2);
    assert!(ran.stderr.contains("2 is not in 0..=1"), "{}", ran.stderr);
    assert!(!world.path("test4_messages.jsonl").exists());
}

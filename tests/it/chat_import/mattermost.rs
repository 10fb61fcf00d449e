//! The bulk export of Mattermost, as JSON lines and as a ZIP with attachments.

use serde_json::{Value, json};

use super::damage::archive;
use super::{Everything, import};
use crate::on_both;

fn lines() -> String {
    let member = |channels: &[&str]| {
        let channels: Vec<Value> =
            channels.iter().map(|name| json!({ "name": name, "roles": "channel_user" })).collect();
        json!([{ "name": "acme", "roles": "team_user", "channels": channels }])
    };
    let all = [
        json!({ "type": "version", "version": 1 }),
        json!({ "type": "emoji", "emoji": { "name": "acme-parrot", "image": "emoji/parrot.gif" } }),
        json!({ "type": "team", "team": { "name": "acme", "display_name": "Acme", "type": "O" } }),
        json!({ "type": "channel", "channel": { "team": "acme", "name": "town-square", "display_name": "Town Square",
            "type": "O", "purpose": "for all", "header": "head" } }),
        json!({ "type": "channel", "channel": { "team": "acme", "name": "board", "display_name": "Board", "type": "P" } }),
        json!({ "type": "user", "user": { "username": "ana", "email": "ana@acme.example", "first_name": "Ana",
            "last_name": "B", "teams": member(&["town-square", "board"]) } }),
        json!({ "type": "user", "user": { "username": "ben", "email": "ben@acme.example",
            "teams": member(&["town-square"]) } }),
        json!({ "type": "bot", "bot": { "username": "robot", "display_name": "Robot" } }),
        // Not in the order of time.
        json!({ "type": "post", "post": { "team": "acme", "channel": "town-square", "user": "ben",
            "message": "second @ana.", "create_at": 1_704_067_300_000_i64, "is_pinned": true,
            "attachments": [{ "path": "20240101/a/note.txt" }, { "path": "gone.bin" }] } }),
        json!({ "type": "post", "post": { "team": "acme", "channel": "town-square", "user": "ana", "edit_at": 1_704_067_201_500_i64,
            "message": "first :tada:", "create_at": 1_704_067_200_000_i64,
            "reactions": [{ "user": "ben", "emoji_name": "acme-parrot", "create_at": 1_704_067_201_000_i64 }],
            "replies": [{ "user": "ben", "message": "late", "create_at": 1_704_067_500_000_i64 },
                        { "user": "robot", "message": "early", "create_at": 1_704_067_400_000_i64 }] } }),
        json!({ "type": "post", "post": { "team": "acme", "channel": "town-square", "user": "ana",
            "type": "system_join_channel", "message": "ana joined", "create_at": 1_704_067_100_000_i64 } }),
        json!({ "type": "post", "post": { "team": "acme", "channel": "nowhere", "user": "ana", "message": "x",
            "create_at": 1_704_067_100_000_i64 } }),
        json!({ "type": "direct_channel", "direct_channel": { "members": ["ana", "ben"], "header": "" } }),
        json!({ "type": "direct_post", "direct_post": { "channel_members": ["ben", "ana"], "user": "ana",
            "message": "psst ~town-square", "create_at": 1_704_067_600_000_i64 } }),
        json!({ "type": "direct_channel", "direct_channel": { "members": ["ana", "robot"] } }),
    ];
    let mut text: String = all.iter().map(|line| format!("{line}\n")).collect();
    text.push_str("{\"type\": \"post\", \"post\": 7}\n");
    text
}

on_both!(a_mattermost_export_is_here_in_the_order_of_time, |server| {
    let acme = server.tenant("acme").await;
    let (admin, ana) = (acme.admin().await, acme.user("ana").await);
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";
    let text = lines();
    let zip = archive(&[
        ("import.jsonl", text.as_bytes()),
        ("data/20240101/a/note.txt", b"the note"),
        ("data/emoji/parrot.gif", gif),
    ]);
    let (_, report) = import(&admin, "mattermost", zip.clone()).await;
    let expected = [
        ("people_matched", 1),
        ("people_created", 1),
        ("people_named", 1),
        ("rooms_created", 3),
        ("messages", 5),
        ("threads", 1),
        ("replies", 2),
        ("reactions", 1),
        ("files", 1),
        ("emoji", 1),
    ];
    expected.iter().for_each(|(name, count)| assert_eq!(report[name], *count, "{name}: {report}"));
    let lines: Vec<_> =
        report["faults"].as_array().unwrap().iter().map(|fault| fault["line"].clone()).collect();
    assert_eq!(lines, [12, 16], "{report}");

    let mut all = Everything::of(&admin).await;
    let (room, messages) = all.room("town square");
    assert_eq!(room["description"], "for all\nhead");
    let texts: Vec<_> = messages.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
    let second = format!("second <@{}>.\ngone.bin", ana.user_id());
    assert_eq!(texts, ["first 🎉", "early", "late", &second]);
    assert_eq!(messages[1]["author_name"], "Robot");
    assert_eq!((&messages[1]["thread"], &messages[2]["thread"]), (&json!(1), &json!(1)));
    assert_eq!(messages[0]["replies"]["count"], 2);
    assert_eq!(messages[0]["reactions"][0]["emoji"], ":acme-parrot:");
    assert!(messages[0]["edited_at"].is_string() && messages[3]["pinned"] == true);
    assert_eq!(messages[3]["files"][0]["name"], "note.txt");
    let direct = all.lines("rooms.ndjson").into_iter().find(|room| room["kind"] == "direct").unwrap();
    let messages = all.lines(&format!("rooms/{}.ndjson", direct["id"].as_str().unwrap()));
    assert_eq!(messages[0]["text"], "psst ~town-square");

    // Again, and without the ZIP around it: nothing twice.
    for bytes in [zip, text.into_bytes()] {
        let (_, again) = import(&admin, "mattermost", bytes).await;
        assert_eq!((&again["messages"], &again["known"]), (&json!(0), &json!(5)), "{again}");
        assert_eq!((&again["people_created"], &again["emoji"]), (&json!(0), &json!(0)), "{again}");
    }
});

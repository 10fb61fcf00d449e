//! Makes the export of a Slack workspace in its documented format, and what must be here after its import.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// People of the workspace; the last ten have no email address.
pub const PEOPLE: usize = 60;
const NAMELESS: usize = 10;
/// Rooms: public channels, private ones, conversations of two and of three.
const PUBLIC: usize = 20;
const PRIVATE: usize = 5;
const DIRECT: usize = 3;
const GROUPS: usize = 2;
/// 2024-01-01, in seconds.
const BEGIN: i64 = 1_704_067_200;

/// Names that try something.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE users;--",
    "\u{202e}evil",
    "tab\tand\nline\u{0}nul",
    "../../etc/passwd",
    "{{7*7}} ${x}",
];

/// An export and what it says.
pub struct Workspace {
    pub zip: Vec<u8>,
    pub rooms: Vec<Room>,
    pub threads: u64,
    pub replies: u64,
    pub reactions: u64,
    pub files: u64,
    pub skipped: BTreeMap<&'static str, u64>,
}

pub struct Room {
    pub name: Option<String>,
    pub private: bool,
    pub archived: bool,
    pub description: String,
    /// Numbers of people with accounts.
    pub members: Vec<usize>,
    pub messages: Vec<Said>,
    id: String,
    folder: String,
    list: &'static str,
    everyone: Vec<usize>,
}

/// A message as it must be here; `{U7}` and `{C7}` in its text stand for ids.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub micros: i64,
    pub by: By,
    pub text: String,
    pub thread: Option<i64>,
    pub replies: u64,
    pub reactions: usize,
    pub files: usize,
    pub edited: bool,
    pub deleted: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Nobody,
    Person(usize),
    Named(String),
}

/// A small generator of numbers (xorshift).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

pub fn email(person: usize) -> Option<String> {
    (person < PEOPLE - NAMELESS).then(|| format!("u{person}@acme.example"))
}

pub fn name(person: usize) -> String {
    match HOSTILE.get(PEOPLE - 1 - person) {
        Some(hostile) => (*hostile).to_owned(),
        None => format!("Person {person}"),
    }
}

/// The name as an author has it here.
pub fn shown(person: usize) -> String {
    name(person).chars().filter(|sign| !sign.is_control()).collect()
}

fn mention(person: usize) -> String {
    let plain = |sign: char| if sign.is_control() || matches!(sign, '<' | '>' | '|') { ' ' } else { sign };
    match email(person) {
        Some(_) => format!("<@{{U{person}}}>"),
        None => format!("@{}", shown(person).chars().map(plain).collect::<String>()),
    }
}

fn stamp(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn users() -> Value {
    let user = |person: usize| {
        json!({ "id": format!("U{person}"), "team_id": "T1", "name": format!("u{person}"), "deleted": person % 9 == 8,
            "is_bot": person >= PEOPLE - 4, "is_restricted": person % 11 == 10,
            "profile": { "real_name": name(person), "email": email(person), "avatar_hash": "x" } })
    };
    (0..PEOPLE).map(user).collect()
}

fn rooms(chance: &mut Chance) -> Vec<Room> {
    let mut rooms = Vec::new();
    for number in 0..PUBLIC + PRIVATE + DIRECT + GROUPS {
        let (list, id) = match number {
            _ if number < PUBLIC => ("channels.json", format!("C{number}")),
            _ if number < PUBLIC + PRIVATE => ("groups.json", format!("G{number}")),
            _ if number < PUBLIC + PRIVATE + DIRECT => ("dms.json", format!("D{number}")),
            _ => ("mpims.json", format!("G{number}")),
        };
        let is_channel = number < PUBLIC + PRIVATE;
        let slack = match number {
            0 => "general".to_owned(),
            1 => "größe-und-mehr".to_owned(),
            _ if list == "dms.json" => id.clone(),
            _ if is_channel => format!("channel-{number}"),
            _ => format!("mpdm-a--b--{number}-1"),
        };
        let mut everyone: Vec<usize> = match list {
            "dms.json" => vec![number, number + 1],
            "mpims.json" => vec![number, number + 1, number + 2],
            _ => (0..PEOPLE).filter(|_| chance.below(3) > 0).collect(),
        };
        everyone.dedup();
        // The test has a channel of this name.
        let name = if number == 0 { "general-slack".to_owned() } else { slack.clone() };
        rooms.push(Room {
            name: is_channel.then_some(name),
            private: number >= PUBLIC,
            archived: is_channel && number % 7 == 6,
            description: if is_channel { format!("a < b & {number}\nabout {number}") } else { String::new() },
            members: everyone.iter().copied().filter(|person| email(*person).is_some()).collect(),
            messages: Vec::new(),
            id,
            folder: slack,
            list,
            everyone,
        });
    }
    rooms
}

fn list(rooms: &[Room], name: &str) -> Value {
    let room = |room: &Room| {
        let number = &room.id[1..];
        json!({ "id": room.id, "name": (room.list != "dms.json").then_some(&room.folder), "created": BEGIN - 1000,
            "creator": "U0", "is_archived": room.archived, "is_general": false,
            "members": room.everyone.iter().map(|person| format!("U{person}")).collect::<Vec<_>>(),
            "purpose": { "value": format!("a &lt; b &amp; {number}"), "creator": "U1", "last_set": 1 },
            "topic": { "value": format!("about {number}") } })
    };
    rooms.iter().filter(|room| room.list == name).map(room).collect()
}

/// What Slack writes and what must come of it.
fn words(chance: &mut Chance, number: usize) -> (String, String) {
    let (person, channel) = (chance.below(PEOPLE), chance.below(PUBLIC));
    match chance.below(9) {
        0 => (
            format!("*bold* &lt;tag&gt; &amp; <@U{person}> {number}"),
            format!("**bold** <tag> & {} {number}", mention(person)),
        ),
        1 => (format!("see <#C{channel}|old-name>"), format!("see <#{{C{channel}}}>")),
        2 => (
            format!("<https://a.example/?x=1&amp;y={number}|the label>"),
            format!("<https://a.example/?x=1&y={number}|the label>"),
        ),
        3 => (format!(":tada: shipped {number}"), format!("🎉 shipped {number}")),
        4 => ("<!channel> wake up".into(), "<!channel> wake up".into()),
        5 => (
            "'; DROP TABLE chat_messages; -- \u{202e}".into(),
            "'; DROP TABLE chat_messages; -- \u{202e}".into(),
        ),
        6 => (format!("`let x = &lt;{number}&gt;` ~old~"), format!("`let x = <{number}>` ~~old~~")),
        _ => (format!("message {number}"), format!("message {number}")),
    }
}

impl Workspace {
    /// A workspace in which so many things were said.
    pub fn new(seed: u64, count: usize) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let rooms = rooms(&mut chance);
        let mut made = Self {
            zip: Vec::new(),
            rooms,
            threads: 0,
            replies: 0,
            reactions: 0,
            files: 0,
            skipped: BTreeMap::new(),
        };
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, bytes: &[u8]| {
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        };
        put("users.json", users().to_string().as_bytes());
        put("integration_logs.json", b"[]");
        for name in ["channels.json", "groups.json", "dms.json", "mpims.json"] {
            put(name, serde_json::to_string_pretty(&list(&made.rooms, name)).unwrap().as_bytes());
        }
        let share = count / made.rooms.len();
        for at in 0..made.rooms.len() {
            let days = made.talk(at, share, &mut chance, &mut put);
            for (day, messages) in days {
                let name = format!("{}/{day}.json", made.rooms[at].folder);
                put(&name, serde_json::to_string_pretty(&messages).unwrap().as_bytes());
            }
        }
        made.zip = out.finish().unwrap().into_inner();
        made
    }

    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// What is said in a room, by days.
    fn talk(
        &mut self,
        at: usize,
        count: usize,
        chance: &mut Chance,
        put: &mut impl FnMut(&str, &[u8]),
    ) -> BTreeMap<String, Vec<Value>> {
        let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut roots: Vec<usize> = Vec::new();
        let mut micros = BEGIN * 1_000_000;
        for number in 0..count {
            micros += 1 + chance.below(40_000_000_000) as i64;
            let (mut message, said) = self.message(at, number, micros, chance, put);
            let Some(mut said) = said else {
                self.note(&message);
                file(&mut days, micros, message);
                continue;
            };
            if !roots.is_empty() && chance.below(3) == 0 {
                let root = roots[chance.below(roots.len())];
                self.reply(at, root, &mut message, &mut said, chance);
            } else if chance.below(5) == 0 {
                if message["files"].is_null() && message["subtype"].is_null() && chance.below(10) == 0 {
                    message = json!({ "subtype": "tombstone", "user": message["user"], "ts": message["ts"],
                        "text": "This message was deleted." });
                    said = Said { micros, by: said.by, deleted: true, ..Said::default() };
                }
                roots.push(self.rooms[at].messages.len());
                message["thread_ts"] = json!(stamp(micros));
            }
            self.react(at, &mut message, &mut said, chance);
            self.rooms[at].messages.push(said);
            file(&mut days, micros, message);
        }
        days
    }

    fn note(&mut self, message: &Value) {
        self.skip(match message["subtype"].as_str().unwrap() {
            "tombstone" => "deleted messages",
            _ => "notes such as channel_join",
        });
    }

    fn message(
        &mut self,
        at: usize,
        number: usize,
        micros: i64,
        chance: &mut Chance,
        put: &mut impl FnMut(&str, &[u8]),
    ) -> (Value, Option<Said>) {
        let everyone = &self.rooms[at].everyone;
        let person = everyone[chance.below(everyone.len())];
        let (slack, text) = words(chance, number);
        let mut message =
            json!({ "type": "message", "user": format!("U{person}"), "text": slack, "ts": stamp(micros) });
        let by = if email(person).is_some() { By::Person(person) } else { By::Named(shown(person)) };
        let mut said = Said { micros, by, text, ..Said::default() };
        match chance.below(20) {
            0 => {
                message["subtype"] = json!("channel_join");
                return (message, None);
            }
            1 => {
                message["subtype"] = json!("tombstone");
                return (message, None);
            }
            2 => {
                message["subtype"] = json!("bot_message");
                message["username"] = json!("deploy bot");
                message["attachments"] = json!([{ "title": "Build", "text": "*failed*", "fallback": "x" }]);
                said.by = By::Named("deploy bot".into());
                said.text.push_str("\n> **Build**\n> **failed**");
            }
            3 => {
                message["subtype"] = json!("me_message");
                said.text = format!("_{}_", said.text);
            }
            4 => {
                message["edited"] = json!({ "user": "U1", "ts": stamp(micros + 5_000_000) });
                said.edited = true;
            }
            5 => {
                let id = format!("F{at}x{number}");
                put(&format!("__uploads/{id}/no te.txt"), format!("bytes of {id}").as_bytes());
                message["files"] = json!([{ "id": id, "name": "no te.txt", "mimetype": "text/plain", "size": 3,
                    "url_private": "https://files.example/x" }]);
                said.files = 1;
                self.files += 1;
            }
            6 => {
                message["files"] =
                    json!([{ "id": "F0", "name": "far.png", "url_private": "https://files.example/far" }]);
                said.text.push_str("\n<https://files.example/far|far.png>");
                self.skip("files whose bytes are not in the archive, kept as links");
            }
            7 => {
                message["text"] = json!("fallback");
                message["blocks"] = json!([{ "type": "rich_text", "elements": [{ "type": "rich_text_section",
                    "elements": [{ "type": "text", "text": "rich", "style": { "bold": true } },
                                 { "type": "user", "user_id": "U3" }] }] }]);
                said.text = "**rich**<@{U3}>".into();
            }
            _ => {}
        }
        (message, Some(said))
    }

    fn reply(&mut self, at: usize, root: usize, message: &mut Value, said: &mut Said, chance: &mut Chance) {
        let root = &mut self.rooms[at].messages[root];
        message["thread_ts"] = json!(stamp(root.micros));
        said.thread = Some(root.micros);
        self.threads += u64::from(root.replies == 0);
        root.replies += 1;
        self.replies += 1;
        if message.get("subtype").is_none() && chance.below(8) == 0 {
            message["subtype"] = json!("thread_broadcast");
        }
    }

    fn react(&mut self, at: usize, message: &mut Value, said: &mut Said, chance: &mut Chance) {
        if said.deleted || chance.below(6) > 0 {
            return;
        }
        let everyone = &self.rooms[at].everyone;
        let people: Vec<usize> =
            everyone.iter().copied().filter(|_| chance.below(everyone.len()) < 3).collect();
        let users: Vec<String> = people.iter().map(|person| format!("U{person}")).collect();
        message["reactions"] = json!([{ "name": "+1", "count": users.len(), "users": users },
            { "name": "party-parrot", "count": users.len(), "users": users }]);
        for person in people {
            for _ in 0..2 {
                match email(person) {
                    Some(_) => said.reactions += 1,
                    None => self.skip("reactions of people without an account"),
                }
            }
        }
        self.reactions += said.reactions as u64;
    }

    pub fn messages(&self) -> u64 {
        self.rooms.iter().map(|room| room.messages.len() as u64).sum()
    }
}

fn file(days: &mut BTreeMap<String, Vec<Value>>, micros: i64, message: Value) {
    let day = chrono::DateTime::from_timestamp_micros(micros).unwrap().format("%Y-%m-%d").to_string();
    days.entry(day).or_default().push(message);
}

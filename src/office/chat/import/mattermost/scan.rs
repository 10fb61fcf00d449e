//! Reads the lines: once to find everything, and a page of posts at a time.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::FileExt as _;

use uuid::Uuid;

use crate::ids::Timestamp;
use crate::store::StoreError;

use super::super::super::error::ChatError;
use super::super::archive::Archive;
use super::super::emoji;
use super::super::names::Names;
use super::super::people::Stranger;
use super::super::post::{Attached, Post, id_of};
use super::super::report::ImportFault;
use super::super::rooms::Plan;
use super::super::slack::attachments;
use super::json::{Attachment, Channel, Head, Line, Props, Reaction, Said, User, Whole};
use super::text::markdown;

/// Bytes of a line.
const LINE: u64 = 64 << 20;
/// Root posts of an export: where each one is, is in memory.
const POSTS: usize = 20_000_000;
/// Faults that are told one by one.
const FAULTS: usize = 200;
/// What the report calls the lines.
const FILE: &str = "jsonl";
/// The last moment that is believed, in milliseconds: 2200-01-01.
const LAST: i64 = 7_258_118_400_000;

/// Where the line of a root post is; sorts by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: i64,
    offset: u64,
    length: u32,
}

/// Everything that a first reading finds.
#[derive(Default)]
pub struct Found {
    pub people: Vec<Stranger>,
    pub plans: Vec<Plan>,
    /// By plan.
    pub posts: Vec<Vec<Place>>,
    /// Names and paths of own emoji.
    pub emoji: Vec<(String, String)>,
    pub faults: Vec<ImportFault>,
    pub skipped: BTreeMap<&'static str, u64>,
}

impl Found {
    fn fault(&mut self, fault: ImportFault) {
        if self.faults.len() < FAULTS {
            self.faults.push(fault);
        } else {
            *self.skipped.entry("further lines that cannot be read").or_default() += 1;
        }
    }
}

#[derive(Default)]
struct Scan {
    found: Found,
    rooms: HashMap<String, usize>,
    count: usize,
}

/// Reads all lines.
pub fn scan(file: &File) -> Result<Found, ChatError> {
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let (mut scan, mut bytes, mut offset, mut number) = (Scan::default(), Vec::new(), 0, 0);
    loop {
        bytes.clear();
        let read = reader.by_ref().take(LINE).read_until(b'\n', &mut bytes).map_err(StoreError::from)?;
        if read == 0 {
            return Ok(scan.found);
        }
        number += 1;
        if read as u64 == LINE && !bytes.ends_with(b"\n") {
            return Err(ChatError::Invalid(format!("line {number} has more than {LINE} bytes")));
        }
        if !bytes.trim_ascii().is_empty() {
            let place = (offset, u32::try_from(read).unwrap_or(u32::MAX));
            scan.line(&bytes, number, place)?;
        }
        offset += read as u64;
    }
}

impl Scan {
    fn line(&mut self, bytes: &[u8], number: u64, place: (u64, u32)) -> Result<(), ChatError> {
        let line: Line = match serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            Ok(line) => line,
            Err(error) if number == 1 => {
                return Err(ChatError::Invalid(format!("this is no Mattermost export: {error}")));
            }
            Err(error) => {
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text);
                let at = (number, error.column() as u64);
                self.found.fault(ImportFault::at(FILE, at, message));
                return Ok(());
            }
        };
        if number == 1 && line.kind != "version" {
            return Err(ChatError::invalid("this is no Mattermost export: its first line tells no version"));
        }
        match line.kind.as_str() {
            "version" | "info" | "team" | "scheme" | "role" => {}
            "channel" => self.channel(line.channel.unwrap_or_default()),
            "user" => self.user(line.user.unwrap_or_default()),
            "bot" => self.user(User { email: None, ..line.bot.unwrap_or_default() }),
            "emoji" => self.found.emoji.extend(line.emoji.map(|emoji| (emoji.name, emoji.image))),
            "direct_channel" => drop(self.conversation(&line.direct_channel.unwrap_or_default())),
            "post" | "direct_post" => {
                let is_direct = line.kind == "direct_post";
                let head = if is_direct { line.direct_post } else { line.post }.unwrap_or_default();
                self.post(&head, is_direct, number, place)?;
            }
            _ => *self.found.skipped.entry("lines of an unknown type").or_default() += 1,
        }
        Ok(())
    }

    fn add(&mut self, plan: Plan) -> usize {
        let next = self.found.plans.len();
        let at = *self.rooms.entry(plan.key.clone()).or_insert(next);
        if at == next {
            self.found.plans.push(plan);
            self.found.posts.push(Vec::new());
        }
        at
    }

    fn channel(&mut self, channel: Channel) {
        let key = format!("{}/{}", channel.team, channel.name);
        let shown = channel.display_name.filter(|name| !name.trim().is_empty()).unwrap_or(channel.name);
        let parts = [channel.purpose.unwrap_or_default(), channel.header.unwrap_or_default()];
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        self.add(Plan {
            source: "mattermost",
            key,
            name: Some(shown),
            private: channel.kind != "O",
            members: Vec::new(),
            creator: None,
            description: parts.join("\n"),
            created: Timestamp::default(),
            archived: channel.deleted_at.is_some_and(|at| at > 0),
        });
    }

    fn user(&mut self, user: User) {
        let username = user.username.to_lowercase();
        for team in user.teams.into_iter().flatten() {
            for channel in team.channels.into_iter().flatten() {
                if let Some(at) = self.rooms.get(&format!("{}/{}", team.name, channel.name)) {
                    self.found.plans[*at].members.push(username.clone());
                }
            }
        }
        let full = [user.first_name, user.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let names = [Some(full), user.display_name, user.nickname];
        let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| user.username.clone());
        let guest = user.roles.is_some_and(|roles| roles.contains("system_guest"));
        self.found.people.push(Stranger { id: username, name, email: user.email, guest });
    }

    fn conversation(&mut self, head: &Head) -> usize {
        let listed = head.participants.iter().flatten().map(|one| one.username.to_lowercase());
        let named =
            head.members.iter().flatten().chain(&head.channel_members).map(|name| name.to_lowercase());
        let mut members: Vec<String> = listed.chain(named).collect();
        members.sort_unstable();
        members.dedup();
        self.add(Plan {
            source: "mattermost",
            key: members.join(","),
            name: None,
            private: true,
            members,
            creator: None,
            description: String::new(),
            created: Timestamp::default(),
            archived: false,
        })
    }

    fn post(
        &mut self,
        head: &Head,
        is_direct: bool,
        number: u64,
        place: (u64, u32),
    ) -> Result<(), ChatError> {
        let (offset, length) = place;
        self.count += 1;
        if self.count > POSTS {
            return Err(ChatError::Invalid(format!("an export has at most {POSTS} posts")));
        }
        let room = if is_direct {
            Some(self.conversation(head))
        } else {
            self.rooms.get(&format!("{}/{}", head.team, head.channel)).copied()
        };
        match room {
            Some(room) => self.found.posts[room].push(Place { at: head.create_at, offset, length }),
            None => {
                let fault =
                    ImportFault::at(FILE, (number, 0), "a post of a channel that is not in the export");
                self.found.fault(fault);
            }
        }
        Ok(())
    }
}

/// The posts at these places with their replies, and what was left out of them.
pub fn read(
    file: &File,
    places: &[Place],
    room: &str,
    names: &Names,
    archive: Option<&Archive>,
) -> Result<(Vec<Post>, Vec<&'static str>), ChatError> {
    let (mut posts, mut skipped) = (Vec::new(), Vec::new());
    for place in places {
        let mut bytes = vec![0; place.length as usize];
        file.read_exact_at(&mut bytes, place.offset).map_err(StoreError::from)?;
        match serde_json::from_slice::<Whole>(&bytes) {
            Ok(Whole { post, direct_post }) => {
                let said = post.or(direct_post).unwrap_or_default();
                Reader { room, names, archive, skipped: &mut skipped, posts: &mut posts }.thread(said);
            }
            Err(_) => skipped.push("posts with unknown contents"),
        }
    }
    Ok((posts, skipped))
}

struct Reader<'a> {
    room: &'a str,
    names: &'a Names,
    archive: Option<&'a Archive>,
    skipped: &'a mut Vec<&'static str>,
    posts: &'a mut Vec<Post>,
}

impl Reader<'_> {
    /// A root with its replies, in the order of time.
    fn thread(&mut self, mut said: Said) {
        let mut replies = said.replies.take().unwrap_or_default();
        replies.sort_by_key(|reply| reply.create_at);
        let Some(mut root) = self.post(said, &[]) else { return };
        root.has_thread = !replies.is_empty();
        let (command, at) = (root.command, root.at);
        self.posts.extend(root.cut());
        for reply in replies {
            let Some(mut post) = self.post(reply, &[&command.to_string()]) else { continue };
            post.root = Some((command, at));
            self.posts.extend(post.cut());
        }
    }

    fn post(&mut self, said: Said, below: &[&str]) -> Option<Post> {
        let is_note = said.kind.as_deref().is_some_and(|kind| kind.starts_with("system_"));
        if is_note || !(0..=LAST).contains(&said.create_at) {
            self.skipped.push(if is_note {
                "notes such as system_join_channel"
            } else {
                "posts without a time"
            });
            return None;
        }
        let user = said.user.to_lowercase();
        let moment = |millis| Timestamp::from_timestamp_millis(millis).unwrap_or_default();
        let parts = ["mattermost", self.room, &user, &said.create_at.to_string(), &said.message];
        let command: Uuid = id_of(&[&parts, below].concat());
        let mut post = Post { command, at: moment(said.create_at), ..Post::default() };
        let props: Props =
            said.props.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        post.author = self.names.account(&user).filter(|_| props.override_username.is_none());
        if post.author.is_none() {
            let listed = self.names.people.get(&user).map(|someone| someone.name.clone());
            post.set_author_name(&props.override_username.or(listed).unwrap_or(user));
        }
        post.edited_at = said.edit_at.filter(|at| (1..=LAST).contains(at)).map(moment);
        post.pinned = said.is_pinned == Some(true);
        let team = self.room.split_once('/').map_or("", |(team, _)| team);
        let mut text = markdown(&said.message, team, self.names);
        if let Some(more) =
            props.attachments.map(|raw| attachments(&raw, self.names)).filter(|more| !more.is_empty())
        {
            text = format!("{text}\n{more}").trim_start().to_owned();
        }
        post.set_text(&text);
        self.attach(&mut post, said.attachments.unwrap_or_default());
        self.react(&mut post, said.reactions.unwrap_or_default());
        Some(post)
    }

    fn attach(&self, post: &mut Post, attachments: Vec<Attachment>) {
        for Attachment { path } in attachments {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let entry = self.archive.and_then(|archive| attachment(archive, &path));
            post.files.push(Attached { name, media_type: media_type(&path).to_owned(), entry, url: None });
        }
    }

    fn react(&mut self, post: &mut Post, reactions: Vec<Reaction>) {
        for reaction in reactions {
            let user = self.names.account(&reaction.user.to_lowercase());
            match emoji::of_name(&reaction.emoji_name).zip(user) {
                Some(reaction) => post.reactions.push(reaction),
                None => self.skipped.push("reactions of people without an account"),
            }
        }
    }
}

/// The entry of an attachment: its path is told from the archive's `data` folder.
pub fn attachment(archive: &Archive, path: &str) -> Option<usize> {
    archive.find(path).or_else(|| archive.find(&format!("data/{path}")))
}

/// What a file is, by the end of its name.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "txt" | "log" | "md" => "text/plain",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

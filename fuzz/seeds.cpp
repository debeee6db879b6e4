// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// seeds FOLDER: writes one good input per message and per frame type, and some requests, because no
// mutation finds the names of fields by itself.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "messages/catalogue.hpp"
#include "replication/codec.hpp"
#include "replication/frame.hpp"
#include "replication/tree_frame.hpp"

using namespace ferry;

namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, std::string_view bytes) {
  std::ofstream{file, std::ios::binary} << bytes;
}

template <Message... Ts, Message... Us>
void write_messages(const fs::path& folder, MessageList<Ts...>, MessageList<Us...>) {
  char choice = 0;
  const auto one = [&]<Message T>(const T& message) {
    const auto body = to_msgpack(message);
    const std::string name{T::wire_name};
    write(folder / name, choice++ + body);
    Envelope envelope;
    envelope.type = name;
    envelope.id = 7;
    envelope.to = "jobs";
    write(folder / (name + ".frame"), '\xff' + make_frame(envelope, body));
  };
  (one(Ts{}), ...);
  (one(Us{}), ...);
  // Nested records appear only when their lists have members.
  SyncStatus status;
  status.disks.resize(2);
  const auto body = to_msgpack(status);
  Envelope envelope;
  envelope.type = SyncStatus::wire_name;
  write(folder / "nested.frame", '\xff' + make_frame(envelope, body));
}

std::string message_of(frame::Type type, std::string_view payload) {
  std::string bytes(frame::prefix_bytes, '\0');
  frame::put_prefix({type, 1, 0, 5}, static_cast<std::uint32_t>(payload.size()),
                    reinterpret_cast<std::byte*>(bytes.data()));
  return bytes + std::string{payload} + std::string(frame::tag_bytes, '\0');
}

std::string chunk_payload(frame::Codec codec) {
  std::vector<std::byte> data(3 * limits::granule_bytes, std::byte{'a'});
  std::vector<std::byte> packed(data);
  frame::ChunkHead head;
  head.runs = {{0, 1, false}, {17, 5000, true}, {9998, 2, false}};
  head.codec = codec;
  head.raw_bytes = head.stored_bytes = static_cast<std::uint32_t>(data.size());
  if (codec == frame::Codec::zstd) {
    Compressor compressor;
    head.stored_bytes =
        static_cast<std::uint32_t>(compressor.compress(data, packed, 4).value_or(data.size()));
  }
  std::string payload(frame::chunk_head_bytes(head), '\0');
  frame::put_chunk_head(head, reinterpret_cast<std::byte*>(payload.data()));
  return payload.append(reinterpret_cast<const char*>(packed.data()), head.stored_bytes);
}

std::string steps_payload() {
  const auto step = [](frame::StepKind kind, std::uint64_t number, const std::string& bytes) {
    std::string text(frame::step_head_bytes, '\0');
    frame::put_step_head(kind, number, static_cast<std::uint32_t>(bytes.size()),
                         reinterpret_cast<std::byte*>(text.data()));
    return text + bytes;
  };
  files::FileEntry file;
  file.name = "file";
  file.size = 5;
  files::FileEntry root;
  root.type = files::FileType::directory;
  const auto steps =
      step(frame::StepKind::listing, 0, files::encode(files::Listing{"", {file}})) +
      step(frame::StepKind::file, 0, files::encode(files::Listing{"", {file}})) +
      step(frame::StepKind::piece, 0, "bytes") +
      step(frame::StepKind::file_end, 5, frame::encode(files::FileDigest{1, 2})) +
      step(frame::StepKind::survey, 4096, "directory/file") +
      step(frame::StepKind::patch, 0, files::encode(files::Listing{"", {file}})) +
      step(frame::StepKind::hole, 0, frame::encode_length(4096)) +
      step(frame::StepKind::directory_end, 0, files::encode(files::DirectoryEnd{"", root}));
  const auto size = static_cast<std::uint32_t>(steps.size());
  std::string head(frame::steps_head_bytes, '\0');
  frame::put_steps_head({frame::Codec::raw, size, size}, reinterpret_cast<std::byte*>(head.data()));
  return head + steps;
}

void write_frames(const fs::path& folder) {
  using frame::Type;
  const std::string salt(16, 's');
  write(folder / "raw", message_of(Type::chunk, chunk_payload(frame::Codec::raw)));
  write(folder / "zstd", message_of(Type::chunk, chunk_payload(frame::Codec::zstd)));
  write(folder / "hello",
        message_of(Type::hello, frame::payload(frame::Hello{salt, 1 << 20, true})));
  write(folder / "welcome",
        message_of(Type::welcome, frame::payload(frame::Welcome{salt, salt, 8})));
  write(folder / "ack", message_of(Type::ack, frame::payload(frame::Ack{3, 2})));
  write(folder / "error",
        message_of(Type::error, frame::payload(Error{Errc::fenced, "epoch 1 is over", "wait"})));
  write(folder / "wanted",
        message_of(Type::wanted, frame::payload(frame::Wanted{0, {{0, 2}, {}, {1023}}})));
  write(folder / "summary",
        message_of(Type::summary,
                   frame::payload(frame::Summary{1, 1, {{Errc::file_changed, "gone", ""}}})));
  write(folder / "survey",
        message_of(Type::survey,
                   frame::payload(frame::Survey{0, {0, files::FileSurvey::no_end, {1, 0, 2}}})));
  write(folder / "steps", message_of(Type::steps, steps_payload()));
}

void write_requests(const fs::path& folder) {
  write(folder / "rpc",
        "Action=CreateAccessToken&Version=2019-06-01&Format=XML&AccessKeyId=EF1&SignatureMethod="
        "HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=n&Timestamp=2026-12-01T02%3A00%3A00Z&"
        "Signature=s\nCount=5&Name=a+b%20c");
  write(folder / "job",
        "RegionId=cn-beijing&SourceId=s-1&ClientToken=t&EnsImageRegionId=cn-beijing\n"
        "Name=web&RunOnce=false&Frequency=24&MaxNumberOfImageToKeep=3&NetMode=2&VSwitchId=v&"
        "ScheduledStartTime=2026-12-01T02%3A00%3A00Z&ReplicationParameters=%7B%22checksum%22%3A"
        "true%2C%22bandwidth_limit%22%3A5%7D&Tag.1.Key=a&Tag.1.Value=b&SslMode=on");
  write(folder / "disks",
        "SystemDiskSize=40&SystemDiskPart.1.Device=0_0&SystemDiskPart.1.SizeBytes=5&"
        "DataDisk.1.Index=1&DataDisk.1.Size=30&DataDisk.1.Part.2.Device=1_1&"
        "DataDisk.1.Part.2.SizeBytes=6&DataDisk.1.Part.2.Block=false");
  write(folder / "paths",
        "Disks.System.Size=40&Disks.System.LVM=true&Disks.System.Part.1.Path=%2F&"
        "Disks.Data.1.Part.1.Path=%2Fdata&PageNumber=2&PageSize=50");
}

void write_lines(const fs::path& folder) {
  write(folder / "headers", "Authorization: OSS a:b=\nCookie: c=d; e\nX-Hub-Signature: t=1\n");
  write(folder / "url", "GET http://joe:p/w@host/?Signature=abcdefghij&X-Amz-Security-Token=z");
  write(folder / "json", R"({"AccessKeySecret":"a\"b","body":"{\"password\": \"c\"}"})");
  write(folder / "words", "Bearer abc.DEF-123 efc1-abc whsec_a+/= eyJhbGciOi.eyJzdWIiOiIx.c2lnbm");
  write(folder / "pem", "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: seeds FOLDER\n", stderr);
    return 2;
  }
  const fs::path folder{argv[1]};
  fs::create_directories(folder / "messages_fuzz");
  fs::create_directories(folder / "frame_fuzz");
  fs::create_directories(folder / "request_fuzz");
  fs::create_directories(folder / "redactor_fuzz");
  write_messages(folder / "messages_fuzz", ClusterMessages{}, JobMessages{});
  write_frames(folder / "frame_fuzz");
  write_requests(folder / "request_fuzz");
  write_lines(folder / "redactor_fuzz");
  return 0;
}

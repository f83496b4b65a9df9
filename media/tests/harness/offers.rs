//! Offers in the shape two browsers give them, as livekit-client 2.23 makes them: one channel
//! section, three receiving audio and three receiving video sections, then what is published.

const FINGERPRINT: &str =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

/// A section that sends.
pub struct Sends {
    pub mid: u32,
    pub video: bool,
    pub cid: &'static str,
    pub direction: &'static str,
}

pub fn chromium(sends: &[Sends]) -> String {
    let mut text = head("- 4611733054762223410 2 IN IP4 127.0.0.1", sends);
    text += "a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n";
    for mid in 0..3 {
        text += &chromium_audio(mid, "a=recvonly\r\n");
    }
    for mid in 3..6 {
        text += &chromium_video(mid, "a=recvonly\r\n", "");
    }
    text += &format!(
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n{}a=mid:6\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n",
        transport()
    );
    for section in sends {
        let Sends { mid, cid, direction, .. } = section;
        let way = format!("a={direction}\r\na=msid:stream {cid}\r\n");
        text += &if section.video {
            chromium_video(*mid, &way, "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n")
        } else {
            chromium_audio(*mid, &format!("{way}a=ssrc:{} cname:c\r\n", 5_000 + mid))
        };
    }
    text
}

pub fn firefox(sends: &[Sends]) -> String {
    let mut text = head("mozilla...THIS_IS_SDPARTA-99.0 4611733054762223410 0 IN IP4 0.0.0.0", sends);
    text += &format!("a=fingerprint:sha-256 {FINGERPRINT}\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n");
    for mid in 0..3 {
        text += &firefox_audio(mid, "a=recvonly\r\n");
    }
    for mid in 3..6 {
        text += &firefox_video(mid, "a=recvonly\r\n", false);
    }
    text += &format!(
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=bundle-only\r\na=sendrecv\r\n{}a=mid:6\r\na=setup:actpass\r\na=sctp-port:5000\r\na=max-message-size:1073741823\r\n",
        firefox_ice()
    );
    for section in sends {
        let Sends { mid, cid, direction, .. } = section;
        let way = format!("a={direction}\r\na=msid:{{c495}} {cid}\r\n");
        text += &if section.video { firefox_video(*mid, &way, true) } else { firefox_audio(*mid, &way) };
    }
    text
}

fn head(origin: &str, sends: &[Sends]) -> String {
    let mids: Vec<String> = (0..7).chain(sends.iter().map(|section| section.mid)).map(|mid| mid.to_string()).collect();
    format!("v=0\r\no={origin}\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n", mids.join(" "))
}

fn transport() -> String {
    format!(
        "a=ice-ufrag:ZQ4N\r\na=ice-pwd:tLEe11vXvQmGncZ9sCYuedEI\r\na=ice-options:trickle\r\na=fingerprint:sha-256 {FINGERPRINT}\r\na=setup:actpass\r\n"
    )
}

fn chromium_audio(mid: u32, way: &str) -> String {
    format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n{}a=mid:{mid}\r\n\
         a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
         a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n{way}a=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n\
         a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
         a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n",
        transport()
    )
}

fn chromium_video(mid: u32, way: &str, layers: &str) -> String {
    let descriptor = if layers.is_empty() {
        ""
    } else {
        "a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n"
    };
    let mut text = format!(
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 102 103 45 46 118 119\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n{}a=mid:{mid}\r\n\
         a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\n\
         a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=extmap:13 urn:3gpp:video-orientation\r\n\
         a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
         a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
         a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n{descriptor}{way}a=rtcp-mux\r\na=rtcp-rsize\r\n",
        transport()
    );
    let h264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
    for (payload_type, codec, parameters, resend) in [
        (96, "VP8", "", 97),
        (98, "VP9", "profile-id=0", 99),
        (102, "H264", h264, 103),
        (45, "AV1", "level-idx=5;profile=0;tier=0", 46),
    ] {
        text += &format!("a=rtpmap:{payload_type} {codec}/90000\r\n");
        for feedback in ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"] {
            text += &format!("a=rtcp-fb:{payload_type} {feedback}\r\n");
        }
        if !parameters.is_empty() {
            text += &format!("a=fmtp:{payload_type} {parameters}\r\n");
        }
        text += &format!("a=rtpmap:{resend} rtx/90000\r\na=fmtp:{resend} apt={payload_type}\r\n");
    }
    text + "a=rtpmap:118 red/90000\r\na=rtpmap:119 rtx/90000\r\na=fmtp:119 apt=118\r\n" + layers
}

fn firefox_ice() -> &'static str {
    "a=ice-pwd:b07944092fd4dff4118a311595535495\r\na=ice-ufrag:6118a904\r\n"
}

fn firefox_audio(mid: u32, way: &str) -> String {
    let port = if mid == 0 { "9" } else { "0" };
    let bundle = if mid == 0 { "" } else { "a=bundle-only\r\n" };
    format!(
        "m=audio {port} UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\nc=IN IP4 0.0.0.0\r\n{bundle}{way}\
         a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n\
         a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=extmap-allow-mixed\r\n\
         a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\na=fmtp:101 0-15\r\n{}a=mid:{mid}\r\na=rtcp-fb:109 transport-cc\r\n\
         a=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\na=rtpmap:9 G722/8000/1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
         a=rtpmap:101 telephone-event/8000/1\r\na=setup:actpass\r\na=ssrc:{} cname:{{a6a4}}\r\n",
        firefox_ice(),
        7_000 + mid
    )
}

fn firefox_video(mid: u32, way: &str, sends: bool) -> String {
    let mut text = format!(
        "m=video 0 UDP/TLS/RTP/SAVPF 120 124 121 125\r\nc=IN IP4 0.0.0.0\r\na=bundle-only\r\n{way}\
         a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=extmap:5 urn:ietf:params:rtp-hdrext:toffset\r\na=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
         a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    );
    if sends {
        text += "a=extmap:8/sendonly https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n\
                 a=extmap:9/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
                 a=extmap:10/sendonly urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
                 a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n";
    }
    text += &format!(
        "a=extmap-allow-mixed\r\na=fmtp:120 max-fs=12288;max-fr=60\r\na=fmtp:124 apt=120\r\na=fmtp:121 max-fs=12288;max-fr=60\r\na=fmtp:125 apt=121\r\n{}a=mid:{mid}\r\n",
        firefox_ice()
    );
    for payload_type in [120, 121] {
        for feedback in ["nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"] {
            text += &format!("a=rtcp-fb:{payload_type} {feedback}\r\n");
        }
    }
    text + "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:120 VP8/90000\r\na=rtpmap:124 rtx/90000\r\na=rtpmap:121 VP9/90000\r\na=rtpmap:125 rtx/90000\r\na=setup:actpass\r\n"
}

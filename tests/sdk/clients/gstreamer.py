"""Publishes a test picture and a tone by WHIP (RFC 9725) with GStreamer; speaks the lines that `program.mjs` describes."""

import json
import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

# H.264 as streaming programs send it, or VP8.
ENCODERS = {
    "vp8": "vp8enc deadline=1 keyframe-max-dist=3000 ! rtpvp8pay picture-id-mode=15-bit"
    " ! application/x-rtp,media=video,encoding-name=VP8,payload=96",
    "h264": "openh264enc complexity=low gop-size=3000 ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
    " ! application/x-rtp,media=video,encoding-name=H264,payload=97",
}
PIPELINE = """
webrtcbin name=way bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 ! videoconvert ! {encoder} ! way.
audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! opusenc ! rtpopuspay
 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! way.
"""


def say(**words: object) -> None:
    print(json.dumps(words), flush=True)


def own_certificate() -> str:
    """A key on the curve P-256 and its certificate, PEM."""
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=studio -keyout - -out -"
    return subprocess.run(["openssl", *words.split()], check=True, capture_output=True, text=True).stdout


def fingerprint_of(certificate: str) -> str:
    """Its SHA-256, bytes with colons between them."""
    words = ["openssl", "x509", "-fingerprint", "-sha256", "-noout"]
    said = subprocess.run(words, input=certificate, check=True, capture_output=True, text=True).stdout
    return said.strip().partition("=")[2]


class Publisher:
    """One session: an offer, an answer, media until standard input ends."""

    def __init__(self, url: str, token: str, codec: str) -> None:
        self.url, self.token = url, token
        self.session: str | None = None
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PIPELINE.format(encoder=ENCODERS[codec]))
        self.certificate = own_certificate()
        self.way = self.pipeline.get_by_name("way")
        self.way.connect("deep-element-added", self.certify)
        self.way.connect("on-negotiation-needed", self.offer)
        self.way.connect("notify::ice-gathering-state", self.gathered)
        self.way.connect("notify::connection-state", self.connected)

    def certify(self, _way: Gst.Element, _bin: Gst.Bin, element: Gst.Element) -> None:
        """By itself this GStreamer shows an RSA certificate, which the server's DTLS cannot check; newer ones do not."""
        if element.find_property("pem") and not isinstance(element, Gst.Bin):
            element.set_property("pem", self.certificate)

    def offer(self, _way: Gst.Element) -> None:
        for at in range(2):
            direction = GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY
            self.way.emit("get-transceiver", at).set_property("direction", direction)
        self.way.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered))

    def offered(self, promise: Gst.Promise) -> None:
        # The offer belongs to the reply: both have to live until it was copied.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self.way.emit("set-local-description", offer, None)

    def gathered(self, *_: object) -> None:
        """Every way is known: the offer names them all, nothing follows."""
        if self.way.get_property("ice-gathering-state") != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            return
        offer = self.way.get_property("local-description").sdp.as_text()
        # GStreamer counts the key in where it writes the certificate's fingerprint.
        offer = re.sub(r"a=fingerprint:.*", f"a=fingerprint:sha-256 {fingerprint_of(self.certificate)}", offer)
        threading.Thread(target=self.exchange, args=(offer,), daemon=True).start()

    def exchange(self, offer: str) -> None:
        status, headers, answer = self.ask("POST", self.url, offer.encode())
        if status != 201:
            print(f"{status} {answer}", file=sys.stderr, flush=True)
            return
        self.session = urllib.parse.urljoin(self.url, headers["location"])
        _, sdp = GstSdp.SDPMessage.new_from_text(answer)
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.way.emit("set-remote-description", described, None)

    def ask(self, method: str, url: str, body: bytes | None) -> tuple[int, dict, str]:
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/sdp"}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()

    def connected(self, *_: object) -> None:
        state = self.way.get_property("connection-state")
        print(f"connection: {state.value_nick}", file=sys.stderr, flush=True)
        if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            say(entered=True)

    def end(self) -> None:
        """Nobody wants it any more: the server is told."""
        sys.stdin.read()
        if self.session:
            say(ended=self.ask("DELETE", self.session, None)[0])
        self.loop.quit()

    def run(self) -> None:
        self.pipeline.get_bus().add_signal_watch()
        self.pipeline.get_bus().connect("message::error", lambda _, message: print(message.parse_error(), file=sys.stderr))
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self.end, daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)


Gst.init(None)
order = json.loads(sys.stdin.readline())
Publisher(order["url"], order["token"], sys.argv[1]).run()

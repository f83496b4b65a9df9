// Publishes into a meeting, or watches one, with nothing but what a browser has (RFC 9725).

let connection;
let session;

async function exchange(url, token) {
  await connection.setLocalDescription(await connection.createOffer());
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/sdp" };
  const answer = await fetch(url, { method: "POST", headers, body: connection.localDescription.sdp });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  session = { url: new URL(answer.headers.get("location"), url), token, etag: answer.headers.get("etag") };
  await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
}

window.publish = async (url, token) => {
  connection = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  for (const track of stream.getTracks()) connection.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  await exchange(url, token);
};

window.watch = async (url, token) => {
  connection = new RTCPeerConnection();
  connection.ontrack = ({ track }) => {
    const element = document.createElement(track.kind);
    element.srcObject = new MediaStream([track]);
    element.autoplay = element.muted = true;
    document.body.append(element);
  };
  for (const kind of ["audio", "video"]) connection.addTransceiver(kind, { direction: "recvonly" });
  await exchange(url, token);
};

window.seen = async () => {
  const seen = {};
  for (const report of (await connection.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    if (report.kind === "video") seen.frames = report.framesDecoded ?? 0;
    else Object.assign(seen, { packets: report.packetsReceived, energy: report.totalAudioEnergy });
  }
  return seen;
};

/** Other credentials: the way is sought anew. */
window.restart = async () => {
  const before = connection.remoteDescription.sdp.match(/a=ice-ufrag:(\S+)/)[1];
  connection.restartIce();
  await connection.setLocalDescription(await connection.createOffer());
  const own = connection.localDescription.sdp;
  const line = (text, name) => text.match(new RegExp(`a=${name}:(\\S+)`))[1];
  const body = ["ice-ufrag", "ice-pwd"].map((name) => `a=${name}:${line(own, name)}\r\n`).join("");
  const headers = {
    authorization: `Bearer ${session.token}`,
    "content-type": "application/trickle-ice-sdpfrag",
    "if-match": "*",
  };
  const answer = await fetch(session.url, { method: "PATCH", headers, body });
  const fragment = await answer.text();
  let sdp = connection.remoteDescription.sdp;
  for (const name of ["ice-ufrag", "ice-pwd"]) {
    sdp = sdp.replace(new RegExp(`a=${name}:\\S+`, "g"), `a=${name}:${line(fragment, name)}`);
  }
  await connection.setRemoteDescription({ type: "answer", sdp });
  return { status: answer.status, etag: answer.headers.get("etag"), isOther: before !== line(fragment, "ice-ufrag") };
};

window.end = async () => {
  const headers = { authorization: `Bearer ${session.token}` };
  const answer = await fetch(session.url, { method: "DELETE", headers });
  connection.close();
  return answer.status;
};

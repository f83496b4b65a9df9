/** How Debian's browsers are started with a camera and a microphone that need no hardware. */

/** Chromium, headless in the same code as with a window. */
export const chromiumOptions = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--headless=new",
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=30",
    "--autoplay-policy=no-user-gesture-required",
    // Candidates carry addresses, not names that nobody here resolves.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--mute-audio",
  ],
};

/** Firefox ESR as Debian ships it, driven by WebDriver BiDi. */
export const firefoxOptions = {
  channel: "moz-firefox",
  executablePath: "/usr/bin/firefox-esr",
  firefoxUserPrefs: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    "media.autoplay.block-webaudio": false,
    "media.peerconnection.ice.obfuscate_host_addresses": false,
  },
};

import { useEffect, useRef } from 'preact/hooks';
import { scan as en } from '../words/en/scan.ts';
import { language } from '../words/language.ts';
import { scan as vi } from '../words/vi/scan.ts';
import { forget, readFrame, readPhoto } from './read-qr.ts';

const words = language === 'vi' ? vi : en;

/** Reads a photo of a print. @returns what its QR says, or a sentence why nothing was read */
export async function textOf(photo: File): Promise<{ text: string } | { problem: string }> {
  try {
    const seen = await readPhoto(photo);
    if (seen === 'several') return { problem: words.problems['several-codes'] };
    return seen === 'none' ? { problem: words.problems['no-code'] } : seen;
  } catch {
    return { problem: words.problems['no-image'] };
  }
}

/** Between two looks at the camera, in milliseconds: a hand holds still for longer, and an old phone stays cool. */
const PAUSE = 120;

/**
 * The camera's picture until a QR is seen. The camera runs only as long as this stands on a page that is seen; of its
 * frames nothing is kept.
 */
export function Camera(props: {
  onText: (text: string) => void;
  onClose: () => void;
  onProblem: (sentence: string) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const { onText, onClose, onProblem } = props;
  useEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    let over = false;
    let stream: MediaStream | undefined;
    const look = async (): Promise<void> => {
      try {
        stream = await openCamera();
      } catch (error) {
        if (!over) onProblem(words.problems[isRefusal(error) ? 'refused' : 'no-camera']);
        return;
      }
      // Closed while the browser still asked for the permission.
      if (over) return stop(stream);
      for (const track of stream.getTracks()) track.onended = () => onProblem(words.problems['no-camera']);
      shown.srcObject = stream;
      await shown.play().catch(() => undefined);
      while (!over) {
        const text = await readFrame(shown);
        if (over) return;
        if (text !== null) return onText(text);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    };
    const leave = (): void => {
      if (document.hidden) onClose();
    };
    document.addEventListener('visibilitychange', leave);
    close.current?.focus();
    void look();
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', leave);
      if (stream) stop(stream);
      shown.srcObject = null;
      forget();
    };
  }, []);
  return (
    <div class="camera">
      <p role="status">{words.aim}</p>
      <video ref={video} muted playsInline aria-label={words.camera} />
      <button type="button" ref={close} onClick={onClose}>
        {words.close}
      </button>
    </div>
  );
}

/** The camera on the back, where there is one; fine enough for a QR of a hundred modules a side. */
function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1_920 }, height: { ideal: 1_080 } },
  });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError')
  );
}

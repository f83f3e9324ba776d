import type { ScanWords } from '../vi/scan.ts';

export const scan: ScanWords = {
  camera: 'Picture from the camera',
  aim: 'Hold the QR code still in the middle of the frame.',
  close: 'Close the camera',
  problems: {
    'no-code':
      'No QR code was found in the picture. Take it from nearer, in good light, with the whole QR code of the page’s corner, and choose it again.',
    'several-codes':
      'The picture shows the QR codes of several prints, so nothing was compared. Please take a picture of one print alone and choose that.',
    'no-image':
      'This picture could not be opened, so nothing was compared (many browsers cannot open a phone’s .heic). Choose a .jpg or .png, or a screenshot of the photo.',
    refused:
      'The browser may not use the camera. Allow it for this page, or press “Choose a photo of the print”.',
    'no-camera':
      'The camera could not be opened: this device has none, or other software is using it. Press “Choose a photo of the print”.',
  },
};

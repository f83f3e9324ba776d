/** What is said while a QR is read by camera or from a photo; it comes with the reader, in both languages. */
export const scan = {
  camera: 'Hình từ máy ảnh',
  aim: 'Đưa mã QR vào giữa khung và giữ yên.',
  close: 'Đóng máy ảnh',
  problems: {
    'no-code':
      'Không thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng, thấy trọn mã QR ở góc trang, rồi chọn lại.',
    'several-codes':
      'Trong ảnh có mã QR của nhiều bản in nên chưa đối chiếu gì. Hãy chụp riêng từng bản, rồi chọn lại.',
    'no-image':
      'Không mở được ảnh này nên chưa đối chiếu gì (ảnh .heic của điện thoại, nhiều trình duyệt không mở được). Hãy chọn ảnh .jpg hoặc .png, hay chụp màn hình ảnh ấy.',
    refused:
      'Trình duyệt không được dùng máy ảnh. Hãy cho phép trang này dùng máy ảnh, hoặc bấm “Chọn ảnh bản in”.',
    'no-camera':
      'Không mở được máy ảnh: máy này không có, hoặc phần mềm khác đang dùng. Hãy bấm “Chọn ảnh bản in”.',
  },
};

export type ScanWords = typeof scan;

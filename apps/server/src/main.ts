import { CA_PATH } from './http/lan/local-ca-page.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import { type RunningServer, startServer } from './server.ts';
import { TRAINING_PASSWORD } from './training/people.ts';

const EX_USAGE = 64;
/** As a shell says it of a program that Ctrl+C ended. */
const INTERRUPTED = 130;

/** Somebody has asked to stop, perhaps before there was anything to stop. */
let asked = false;

function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** The address stands first, so that whoever reads by machine or in a hurry finds it. */
function greet(server: RunningServer, wantedPort: number): void {
  print();
  print(`  Mở trang đăng nhập: ${server.url}/`);
  if (wantedPort !== 0 && server.port !== wantedPort) {
    print(`  (Cổng ${wantedPort} đang có chương trình khác dùng nên lấy cổng ${server.port}.)`);
  }
  print(`  ${server.schoolName}${server.training ? ' – TẬP HUẤN, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ' : ''}`);
  if (server.accounts.length > 0) {
    print();
    print(`  Tài khoản tập huấn, mật khẩu đều là ${TRAINING_PASSWORD}:`);
    for (const account of server.accounts) print(`    ${account.username.padEnd(12)} ${account.who}`);
  }
  if (server.lan) greetLan(server.lan, server.url);
  print();
  print('  Nhấn Ctrl+C để dừng. Dữ liệu đã lưu vẫn còn cho lần sau.');
}

function greetLan(lan: NonNullable<RunningServer['lan']>, url: string): void {
  print();
  print('  Các máy khác trong mạng của trường mở:');
  for (const address of lan.urls.filter((u) => !/localhost|127\.0\.0\.1/.test(u))) print(`    ${address}/`);
  print('  Lần đầu, trên mỗi máy đó cần tin chứng thư của máy chủ này (làm một lần):');
  print(`    1. Trên máy chủ, tải tệp ${url}${CA_PATH} và chép sang máy kia bằng USB.`);
  print('    2. Windows: bấm đúp tệp → Cài đặt chứng chỉ → Máy tính cục bộ → Tổ chức phát hành gốc tin cậy.');
  print(
    '       Android: Cài đặt → Bảo mật → Cài chứng chỉ CA. iPhone: mở tệp, rồi bật tin cậy trong Giới thiệu.',
  );
  print('    3. Dấu vân tay SHA-256 hiện ra phải đúng là:');
  print(`       ${lan.caFingerprint}`);
  print(
    '  Chứng thư này chỉ có hiệu lực cho địa chỉ trong mạng nội bộ. Từ máy khác, http thường bị từ chối.',
  );
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    print(USAGE);
    return;
  }
  let stopping: Promise<void> | null = null;
  let running: RunningServer | null = null;
  const stop = (): void => {
    if (!running && !asked) print('\n  Đang dừng; chờ bước khởi động này xong…');
    asked = true;
    if (!running || stopping) return;
    print('\n  Đang dừng…');
    stopping = running.close().then(
      () => print('  Đã dừng. Dữ liệu đã lưu đầy đủ.'),
      () => {
        process.exitCode = 1;
      },
    );
  };
  // npm hands on the same Ctrl+C a second time: that must not cut the stopping short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  running = await startServer({ ...options, log: (line) => print(`  ${line}`) });
  void running.lost.then(() => {
    if (stopping) return;
    print('  Cơ sở dữ liệu đã dừng ngoài ý muốn nên máy chủ cũng dừng. Hãy chạy lại npm start.');
    process.exitCode = 1;
    stop();
  });
  if (asked) stop();
  else greet(running, options.port);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exitCode = EX_USAGE;
    return;
  }
  // Ctrl+C reaches what the start has started too, such as the making of the database: that is no fault.
  if (asked) {
    print('  Đã dừng khi đang khởi động. Dữ liệu đã lưu vẫn còn; lần chạy sau làm lại bước này.');
    process.exitCode = INTERRUPTED;
    return;
  }
  process.stderr.write(`Không khởi động được: ${error instanceof Error ? error.message : 'lỗi không rõ'}\n`);
  process.exitCode = 1;
});

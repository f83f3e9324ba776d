import type { ClientBase } from 'pg';

/** The role that the application works as. It owns nothing; the migrations grant it what it may do. */
export const APPLICATION_ROLE = 'hocba_app';

export class ApplicationRoleError extends Error {
  readonly code: 'not-permitted' | 'too-powerful';

  constructor(code: ApplicationRoleError['code'], message: string) {
    super(message);
    this.name = 'ApplicationRoleError';
    this.code = code;
  }
}

/**
 * Makes the application's role before the migrations grant to it.
 *
 * With a password (our own database) it may log in, and the application's connections know no other role.
 * Without one (a database given by DATABASE_URL) it cannot log in; connections of the given user take it on from
 * their first statement. There the user could step out of it again, so a separate login that is a member of
 * `hocba_app` only, made by the administrator, is the stronger arrangement.
 *
 * @param client connected as the owner role
 * @param password 43 characters of base64url, or null
 * @throws ApplicationRoleError `not-permitted`
 */
export async function ensureApplicationRole(client: ClientBase, password: string | null): Promise<void> {
  try {
    if (!(await roleExists(client))) await createRole(client);
    if (password !== null) {
      if (!/^[A-Za-z0-9_-]{43}$/.test(password)) throw new Error('malformed password');
      await client.query(`alter role ${APPLICATION_ROLE} login password '${password}'`);
      return;
    }
    const { rows } = await client.query<{ member: boolean }>(
      `select pg_has_role(current_user, '${APPLICATION_ROLE}', 'member') as member`,
    );
    if (rows[0]?.member !== true) await client.query(`grant ${APPLICATION_ROLE} to current_user`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new ApplicationRoleError(
      'not-permitted',
      `Người dùng trong DATABASE_URL không có quyền tạo vai ${APPLICATION_ROLE}. ` +
        `Hãy nhờ quản trị cơ sở dữ liệu chạy: create role ${APPLICATION_ROLE} nologin; grant ${APPLICATION_ROLE} to <người dùng>;`,
    );
  }
}

/**
 * Refuses to go on as a role that the walls do not hold: one that may change an issued record, or that passes
 * row-level security.
 *
 * @param client connected as the application will be
 * @throws ApplicationRoleError `too-powerful`
 */
export async function requireConfined(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ confined: boolean }>(
    `select current_user = '${APPLICATION_ROLE}' and not rolsuper and not rolbypassrls
        and not has_table_privilege('issued_record', 'update')
        and not has_table_privilege('issued_record', 'delete')
        and not has_table_privilege('issued_record', 'truncate') as confined
      from pg_roles where rolname = current_user`,
  );
  if (rows[0]?.confined === true) return;
  throw new ApplicationRoleError(
    'too-powerful',
    `Vai ${APPLICATION_ROLE} có quyền quá rộng trên cơ sở dữ liệu này (sửa được học bạ đã phát hành); máy chủ không khởi động.`,
  );
}

async function roleExists(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [APPLICATION_ROLE]);
  return rowCount === 1;
}

async function createRole(client: ClientBase): Promise<void> {
  try {
    await client.query(
      `create role ${APPLICATION_ROLE} nologin nosuperuser nobypassrls nocreatedb nocreaterole`,
    );
  } catch (error) {
    // Roles belong to the whole server: another database's start may have made it a moment ago.
    if (!['42710', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}
